"""Footprint and path counts of a chain of 25 layers: the command against NumPy.

    cargo build --release
    python benches/numpy.py target/release/degrid

Prints user and system time, the least of several runs: of a process that does it in NumPy, of the command, and of what either takes beyond
starting up. NumPy convolves the combs of the layers, the fewest lines that count paths; the command also looks for lobes and verdicts.
"""

import os
import subprocess
import sys
import tempfile
import textwrap

DILATIONS = [1, 2, 5, 1, 2, 5, 1, 2, 5, 9] * 2 + [1, 2, 5, 9, 17]

START = "import numpy as np\n"

# A thousand times the same, as once would be lost in the time that the process takes to start.
COUNTS = textwrap.dedent(
    f"""
    for _ in range(1000):
        paths = np.ones(1)
        for dilation in {DILATIONS}:
            comb = np.zeros(2 * dilation + 1)
            comb[::dilation] = 1
            paths = np.convolve(paths, comb)
        covered, holes = np.count_nonzero(paths), np.count_nonzero(paths == 0)
    """
)


def least(command, runs):
    """User and system time of a command, in milliseconds: the least of some runs."""

    def once():
        with open(os.devnull, "w") as nothing:
            process = subprocess.Popen(command, stdout=nothing, stderr=nothing)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{command} ended with {process.returncode}")
        return 1000 * (usage.ru_utime + usage.ru_stime)

    return min(once() for _ in range(runs))


def main():
    degrid = sys.argv[1]
    schedule = ",".join(map(str, DILATIONS))
    show = [degrid, "show", "-d", schedule, "-k", "3", "--dims", "1"]
    with tempfile.TemporaryDirectory() as folder:
        start = least([sys.executable, "-c", START], 10)
        numpy = (least([sys.executable, "-c", START + COUNTS], 3) - start) / 1000
        begin = least([degrid, "--version"], 40)
        rows = [
            ("NumPy", start + numpy, numpy),
            ("show --format json", least(show + ["--format", "json"], 40), None),
            ("show -o x.npy", least(show + ["-o", f"{folder}/x.npy"], 40), None),
        ]
    print(f"{'':20}{'process':>10}{'beyond start':>14}  (ms)")
    for name, whole, own in rows:
        print(f"{name:20}{whole:10.2f}{whole - begin if own is None else own:14.2f}")


main()
