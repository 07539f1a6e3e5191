"""Makes the table of docs/performance.md: each row is a command, beside a peer that does the same work.

    python3 benches/performance.py                 the table, as Markdown
    python3 benches/performance.py --only list     the rows with this word in their name
    python3 benches/performance.py --write         puts the table into docs/performance.md

A command and its peer run in turn, several times; the table has the least time and the largest peak of memory of each.
Needs Rust, and Python with numpy and onnx for the peers. Run it on an idle machine.
"""

import argparse
import dataclasses
import itertools
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BUILT = ROOT / "target" / "release"
#: What commands start: the peers that are Python are this file.
PROGRAMS = {
    "degrid": [str(BUILT / "degrid")],
    "example": [str(BUILT / "examples" / "paths")],
    "peer": [sys.executable, str(pathlib.Path(__file__).resolve()), "--peer"],
}
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"

#: The layers after the first of TuSimple's HDC network (Wang et al. 2017, section 4.1).
HDC = "2,5,9,1,2,5,9,1,2,5,9,1,2,5,9,1,2,5,9,1,2,5,5,9,17"
#: A list of schedules, long enough for the time to be that of writing.
LIST = "--layers 7 --max-dilation 64 --all"
#: A chain whose output reads 4,097×4,097 positions.
WIDE = "[[stage]]\ndilations = [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]\n"
#: How often a peer whose start is taken off does its work.
OFTEN = 1000


@dataclasses.dataclass(frozen=True)
class Row:
    """Commands, run in the folder of the networks, behind settings of the environment; their programs are `PROGRAMS`."""

    name: str
    command: str
    peer: str = ""
    #: What the peer is.
    means: str = ""
    #: Whether each line of output is a schedule, to be given as a rate.
    rate: bool = False
    #: Commands that only start up, to be taken off.
    starts: tuple[str, str] | None = None
    #: How often the command and its peer do their work.
    times: tuple[int, int] = (1, 1)


def half(name: str, file: str, smaller: str, options: str = "--format json") -> Row:
    """A network beside one of half its depth: the ratio shows the growth."""
    return Row(name, f"degrid show {options} {file}.toml", f"degrid show {options} {smaller}.toml", "half the depth")


NUMPY = f"peer paths {HDC} {OFTEN}"
PATHS = f"degrid show -d {HDC} --dims 1 --format json"
ROWS = [
    Row("footprint and path counts, 25 layers", PATHS, f"peer paths {HDC} 1", "a process with NumPy"),
    Row("the same beyond start-up", PATHS, NUMPY, "NumPy", starts=("degrid --version", f"peer paths {HDC} 0"), times=(1, OFTEN)),
    Row("footprint and path counts by the library", f"example {HDC} {OFTEN}", NUMPY, "NumPy", starts=(f"example {HDC} 0", f"peer paths {HDC} 0"), times=(OFTEN, OFTEN)),
    Row("check, 808 networks", "degrid check --format json recorded", "RAYON_NUM_THREADS=1 degrid check --format json recorded", "one thread"),
    Row("check, 1 GiB of weights", "degrid check large.onnx", "peer onnx large.onnx", "`onnx.load`"),
    half("report, V-Net of 5 levels", "vnet-5", "vnet-4"),
    half("build-up, V-Net of 5 levels", "vnet-5", "vnet-4", "--layers"),
    half("report, 200 MBConv blocks", "mbconv-200", "mbconv-100"),
    half("build-up, 200 MBConv blocks", "mbconv-200", "mbconv-100", "--layers"),
    half("report, DenseNet 4×64", "densenet-64", "densenet-32"),
    half("grid, DenseNet 4×64", "densenet-64", "densenet-32", ""),
    half("build-up, DenseNet 4×64", "densenet-64", "densenet-32", "--layers"),
    half("report, 300 outputs", "outputs-300", "outputs-150"),
    half("report, 150 merged maps", "merged-150", "merged-75"),
    half("build-up, 150 merged maps", "merged-150", "merged-75", "--layers"),
    half("report, chain of 100,000 layers", "chain-100000", "chain-50000"),
    Row("4,097×4,097 path weights, .npy", "degrid show wide.toml -o wide.npy", "peer bytes wide.npy", "writing the same bytes"),
    *(
        Row(f"list, {form}", f"degrid plan {LIST} --format {form}", "peer combinations 6 32", "Python's combinations", rate=True)
        for form in ("human", "json", "csv")
    ),
    Row("Pareto front, 12 layers up to 32", "degrid plan --pareto --layers 12 --max-dilation 32"),
    Row("count below a lobe, 32 layers", "degrid plan --layers 32 --max-dilation 256 --exact --allow-equal --max-lobe 0.2 --count"),
]


def prepare(folder: pathlib.Path) -> None:
    """Builds the command and writes the networks."""
    subprocess.run(["cargo", "build", "--release", "--quiet", "--bins", "--example", "paths"], cwd=ROOT, check=True)
    subprocess.run(["cargo", "bench", "--quiet", "--bench", "networks", "--", folder], cwd=ROOT, check=True)
    (folder / "wide.toml").write_text(WIDE)
    recorded = folder / "recorded"
    recorded.mkdir()
    for name in ("torch", "more"):
        for number, line in enumerate((ROOT / "tests/data" / f"{name}.jsonl").read_text().splitlines()):
            (recorded / f"{name}-{number:04}.toml").write_text(json.loads(line)["toml"])
    # In a process of its own: its memory would count as that of the processes which follow.
    subprocess.run([*PROGRAMS["peer"], "large", folder / "large.onnx"], check=True)


def large_model(path: pathlib.Path) -> None:
    """A convolution, and a gibibyte of weights."""
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    image, out = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, 64, 64]) for name in ("image", "out"))
    weight = numpy_helper.from_array(numpy.ones((1, 1, 3, 3), numpy.float32), "weight")
    rest = numpy_helper.from_array(numpy.zeros(1 << 28, numpy.float32), "rest")
    node = helper.make_node("Conv", ["image", "weight"], ["out"], pads=[1, 1, 1, 1])
    graph = helper.make_graph([node], "large", [image], [out], [weight, rest])
    onnx.save(helper.make_model(graph), path)


def peer(name: str, *words: str) -> None:
    """The peers that are Python."""
    if name == "paths":
        import numpy

        for _ in range(int(words[1])):
            paths = numpy.ones(1)
            for dilation in map(int, words[0].split(",")):
                comb = numpy.zeros(2 * dilation + 1)
                comb[::dilation] = 1
                paths = numpy.convolve(paths, comb)
            covered, holes = numpy.count_nonzero(paths), numpy.count_nonzero(paths == 0)
    elif name == "large":
        large_model(pathlib.Path(words[0]))
    elif name == "onnx":
        import onnx

        print(len(onnx.load(words[0]).graph.node))
    elif name == "bytes":
        path = pathlib.Path(words[0])
        block = bytes(1 << 20)
        blocks, rest = divmod(path.stat().st_size, len(block))
        with open(path.with_suffix(".copy"), "wb") as file:
            for _ in range(blocks):
                file.write(block)
            file.write(block[:rest])
    elif name == "combinations":
        layers, most = map(int, words)
        for schedule in itertools.combinations(range(1, most + 1), layers):
            sys.stdout.write(",".join(map(str, schedule)) + "\n")
    else:
        sys.exit(f"there is no peer {name}")


class Measure:
    """The least time of some runs of a command, the largest peak of memory, and the lines that it wrote."""

    def __init__(self, command: str, folder: pathlib.Path):
        self.command, self.folder = command, folder
        # Started without a shell, whose own start would count.
        words = shlex.split(command)
        settings = list(itertools.takewhile(lambda word: "=" in word, words))
        name, *options = words[len(settings) :]
        self.words = [*PROGRAMS[name], *options]
        self.environment = dict(os.environ, **dict(setting.split("=") for setting in settings))
        self.seconds, self.mebibytes, self.lines = float("inf"), 0.0, 0

    def run(self) -> None:
        output = self.folder / "output"
        with open(output, "wb") as file:
            start = time.perf_counter()
            process = subprocess.Popen(self.words, cwd=self.folder, stdout=file, stderr=subprocess.DEVNULL, env=self.environment)
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = min(self.seconds, time.perf_counter() - start)
        process.returncode = os.waitstatus_to_exitcode(status)
        # 1: there are findings.
        if process.returncode not in (0, 1):
            sys.exit(f"{self.command}: exit code {process.returncode}")
        self.mebibytes = max(self.mebibytes, usage.ru_maxrss / 1024)
        if not self.lines:
            with open(output, "rb") as file:
                self.lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def rounded(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def line(row: Row, folder: pathlib.Path, runs: int) -> str:
    """The row of the table."""
    commands = [row.command, *filter(None, [row.peer]), *(row.starts or ())]
    measures = [Measure(command, folder) for command in commands]
    for _ in range(runs if row.starts is None else 5 * runs):
        for measure in measures:
            measure.run()
    seconds = [measure.seconds for measure in measures]
    if row.starts:
        seconds = [seconds[0] - seconds[2], seconds[1] - seconds[3]]
    seconds[:2] = (whole / times for whole, times in zip(seconds, row.times))
    cells = [row.name, f"`{row.command}`", rounded(seconds[0]), f"{measures[0].mebibytes:.0f} MiB"]
    if row.rate:
        rates = [measure.lines / measure.seconds / 1e6 for measure in measures]
        cells += [f"{row.means}: {rates[1]:.1f} M/s", f"{rates[0]:.1f} M/s, {rates[0] / rates[1]:.1f}×"]
    elif row.peer:
        cells += [f"{row.means}: {rounded(seconds[1])}, {measures[1].mebibytes:.0f} MiB", f"{seconds[1] / seconds[0]:.2g}×"]
    else:
        cells += ["", ""]
    text = "| " + " | ".join(cells) + " |\n"
    print(text, end="", file=sys.stderr, flush=True)
    return text


def table(only: str, runs: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder)
        head = "| what | command | time | peak memory | peer | its time by ours |\n|---|---|---|---|---|---|\n"
        return head + "".join(line(row, folder, runs) for row in ROWS if only in row.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="measure the rows with this word in their name")
    parser.add_argument("--runs", type=int, default=3, help="how often each command runs")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--peer", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        return peer(*options.peer)
    text = table(options.only, options.runs)
    if options.write:
        head, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(head + BEGIN + text + END + rest.split(END)[1])
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
