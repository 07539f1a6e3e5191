"""Schedules."""

from __future__ import annotations

import signal
import threading
import time

import pytest

import degrid
from degrid import _degrid


def test_the_best_schedule() -> None:
    plan = degrid.plan(layers=3, kernel=3, receptive_field=27)
    assert [schedule.dilations for schedule in plan.schedules] == [(1, 3, 9)]
    assert plan.complete and plan.count == 1 and plan.refusal is None
    assert str(plan).startswith("schedule ")
    assert degrid.check(plan.schedules[0].dilations).ok


def test_ranges() -> None:
    plan = degrid.plan(receptive_field=(65, None), rank="ripple", top=2)
    assert plan.fewest_layers is not None and plan.fewest_layers.layers == 4
    assert len(plan.schedules) == 2 and all(s.receptive_field >= 65 for s in plan.schedules)
    assert degrid.plan(layers=(2, 3), receptive_field=(None, 9), jump="1/2").schedules


def test_no_schedule_is_an_answer() -> None:
    plan = degrid.plan(layers=2, receptive_field=(100, None))
    assert plan.schedules == () and plan.complete
    assert plan.refusal is not None and plan.refusal.relaxations
    assert plan.refusal.message in str(plan).replace("\n", " ") or str(plan)


def test_arguments_that_make_no_sense() -> None:
    with pytest.raises(degrid.InvalidInput, match="say what to plan"):
        degrid.plan()
    with pytest.raises(degrid.InvalidInput, match="rank"):
        degrid.plan(layers=2, rank="best")


#: A search of minutes.
LONG = ["plan", "--layers=40", "--max-dilation=4000", "--exact", "--max-ripple=1.0001", "--rank=lobe", "--budget=2000000000"]


def test_ctrl_c_ends_a_search() -> None:
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        _degrid.call(LONG, b"")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_run_meanwhile() -> None:
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.01)

    thread = threading.Thread(target=tick)
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    thread.start()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        _degrid.call(LONG, b"")
    done.set()
    thread.join()
    # Held all the time, the lock would let it tick once or twice.
    assert len(ticks) > 5
