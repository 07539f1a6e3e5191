"""Schedules by trying all: writes tests/data/plans.jsonl, which the planner's tests compare with. Needs NumPy.

Nothing of the crate is used, nor how it searches: sets of positions for holes, the published recurrence as printed, path counts by
convolution, lobes by ever finer samples in extended precision.

    python plans.py > ../data/plans.jsonl
"""

import itertools
import json
import math
import random
from fractions import Fraction
from functools import cache

import numpy as np

CASES = 240
LISTED = 12


def log_answer(kernel, tooth, f):
    total = np.zeros_like(f)
    for step in tooth:
        theta = np.longdouble(math.pi) * (step * f - np.rint(step * f))
        at_pole = abs(theta) < 1e-12
        theta = np.where(at_pole, 1, theta)
        with np.errstate(divide="ignore"):
            total += np.where(at_pole, 0, np.log(abs(np.sin(kernel * theta) / (kernel * np.sin(theta)))))
    return total


@cache
def log_lobe(kernel, tooth):
    start = 1 / (kernel * max(tooth))
    if start >= 0.5:
        return -math.inf
    f = np.linspace(np.longdouble(start), np.longdouble(0.5), 48 * (kernel - 1) * sum(tooth) + 1)
    values = log_answer(kernel, tooth, f)
    best = max(values[-1], values.max())
    for i in range(1, len(f) - 1):
        if values[i] >= best - 2 and values[i] >= values[i - 1] and values[i] >= values[i + 1]:
            low, high = f[i - 1], f[i + 1]
            for _ in range(10):
                finer = np.linspace(low, high, 21)
                found = log_answer(kernel, tooth, finer)
                at = int(found.argmax())
                low, high = finer[max(at - 1, 0)], finer[min(at + 1, 20)]
            best = max(best, found.max())
    return float(best)


@cache
def ripple(kernel, tooth, repeat):
    paths = np.array([1], dtype=object)
    for step in tooth * repeat:
        taps = np.zeros((kernel - 1) * step + 1, dtype=object)
        taps[::step] = 1
        paths = np.convolve(paths, taps)
    padded = [0, *paths, 0]
    return Fraction(sum(abs(b - a) for a, b in zip(padded, padded[1:])), 2 * max(paths))


@cache
def sees_all(kernel, tooth, repeat):
    seen = {0}
    for step in tooth * repeat:
        seen = {at + tap * step for at in seen for tap in range(kernel)}
    return len(seen) == max(seen) + 1


def second_distance(tooth):
    distance = tooth[-1]
    for step in reversed(tooth[1:-1]):
        distance = max(distance - 2 * step, distance - 2 * (distance - step), step)
    return distance


def passes(r, tooth):
    kernel, repeat = r["kernel"], r["repeat"]
    if math.gcd(*tooth) != 1 or (not r["exact"] and len(tooth) > 1 and second_distance(tooth) > kernel):
        return False
    field = Fraction(r["jump"]) * (1 + repeat * (kernel - 1) * sum(tooth))
    least, most = r["receptive_field"]
    if (least and field < least) or (most and field > most) or not sees_all(kernel, tooth, repeat):
        return False
    if r["max_ripple"] and ripple(kernel, tooth, repeat) > Fraction(r["max_ripple"]):
        return False
    return not r["max_lobe"] or repeat * log_lobe(kernel, tooth) <= math.log(r["max_lobe"])


def key(r, tooth):
    first = {
        "receptive-field": -sum(tooth),
        "smallest": sum(tooth),
        "lobe": 0,
        "ripple": ripple(r["kernel"], tooth, r["repeat"]),
        "compact": tooth[-1],
    }[r["rank"]]
    return first, round(log_lobe(r["kernel"], tooth), 10), tooth


def surpasses(r, a, b):
    of = lambda t: (-sum(t), t[-1], round(log_lobe(r["kernel"], t), 10))
    return of(a) != of(b) and all(x <= y for x, y in zip(of(a), of(b)))


def answer(r):
    choose = itertools.combinations_with_replacement if r["allow_equal"] else itertools.combinations
    least, most = r["layers"]
    found = []
    for layers in range(least, most + 1):
        found += [t for t in choose(range(1, r["max_dilation"] + 1), layers) if passes(r, t)]
        if found and r["fewest"]:
            break
    count = len(found)
    if r["pareto"]:
        found = [t for t in found if not any(surpasses(r, other, t) for other in found)]
    found.sort(key=lambda t: key(r, t))
    return count, len(found), found[:LISTED]


def case(seed):
    rng = random.Random(seed)
    kernel, least = rng.choice([2, 3, 3, 4, 5]), rng.randint(1, 4)
    field = rng.choice([None, rng.randint(5, 70)])
    r = {
        "kernel": kernel,
        "layers": [least, min(least + rng.randint(0, 2), 5)],
        "fewest": rng.random() < 0.2,
        "repeat": rng.choice([1, 1, 2, 3]),
        "max_dilation": rng.randint(least, 10),
        "receptive_field": [field, rng.choice([None, (field or 5) + rng.randint(0, 60)])],
        "jump": rng.choice(["1", "1", "2", "3/2", "1/2"]),
        "allow_equal": rng.random() < 0.4,
        "exact": rng.random() < 0.5,
        # No lobe and no ripple of a schedule is just so high.
        "max_lobe": rng.choice([None, None, 0.31, 0.17, 0.0517]),
        "max_ripple": rng.choice([None, None, 1.0, 1.7001]),
        "rank": ["receptive-field", "smallest", "lobe", "ripple", "compact"][seed % 5],
        "pareto": rng.random() < 0.25,
    }
    count, listed, found = answer(r)
    lobes = [math.exp(r["repeat"] * log_lobe(kernel, t)) for t in found]
    ripples = [float(ripple(kernel, t, r["repeat"])) for t in found]
    return {"seed": seed, "request": r, "count": count, "listed": listed, "schedules": found, "lobes": lobes, "ripples": ripples}


if __name__ == "__main__":
    for seed in range(CASES):
        print(json.dumps(case(seed)))
