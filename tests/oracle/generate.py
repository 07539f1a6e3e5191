#!/usr/bin/env python3
"""An independent oracle for degrid, built on PyTorch's autograd.

It reads a network file (TOML), builds the network in float64 with every weight one, and
backpropagates from one output unit: an input position has a gradient other than zero exactly
where a path leads from it to the unit, and the gradient is the number (with interpolation:
the weight) of those paths. Only cubic interpolation has negative weights: of such a network a
second one, of absolute weights, says where paths lead, so that none cancel. It shares no code with the Rust crate, so an agreement is evidence.

    python generate.py --verify FILE                       recompute every case and compare
    python generate.py --seed 1 --count 300 --out FILE     random networks
    python generate.py --further --count 240 --out FILE    random networks of further operations
    python generate.py --show network.toml                 the facts of one network
    python generate.py --matrix FILE                       convolution matrices' cases
    python generate.py --selftest                          the building blocks against torch's own
"""

import argparse
import collections
import hashlib
import itertools
import json
import random
import sys
import tomllib
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)  # tiny maps: threads only cost time

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
CONV_TRANSPOSE = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


class Invalid(Exception):
    """The network file has an error, or says something the format leaves open."""


# ---------------------------------------------------------------------------------------------
# Maps


class Map:
    """A feature map: its tensor (one sample, one channel), its jump per axis, and for each axis
    whether a global pooling was over it (it then has no positions along it, and a single one
    broadcasts at a merge).

    One channel is enough: with all weights one, a concatenation followed by a convolution sums
    over the channels, which is what adding the maps does.
    """

    def __init__(self, x, jump, pooled=None):
        self.x, self.jump = x, tuple(jump)
        self.pooled = tuple(pooled or [False] * len(self.jump))

    @property
    def size(self):
        return tuple(self.x.shape[2:])

    @property
    def dims(self):
        return self.x.dim() - 2

    def then(self, x, factors=None):
        """The next map; `factors` multiply the jump."""
        if min(x.shape[2:]) < 1:
            raise Invalid("a map has no position left")
        factors = factors or [1] * self.dims
        return Map(x, [j * f for j, f in zip(self.jump, factors)], self.pooled)


def merge(maps):
    """Add maps. Along each axis those with positions must agree in size and jump; one that was
    pooled over it has that size, or a single position, which broadcasts."""
    if len(maps) == 1:
        return maps[0]
    jump, pooled = [], []
    for axis in range(maps[0].dims):
        placed = [m for m in maps if not m.pooled[axis]]
        sizes = {m.size[axis] for m in placed} | ({m.size[axis] for m in maps if m.pooled[axis]} - {1})
        if len(sizes) > 1:
            raise Invalid(f"merged maps differ in size along axis {axis}: {sizes}")
        jumps = {m.jump[axis] for m in placed}
        if len(jumps) > 1:
            raise Invalid(f"merged maps differ in jump along axis {axis}: {jumps}")
        jump.append(jumps.pop() if jumps else maps[0].jump[axis])
        pooled.append(not placed)
    total = maps[0].x
    for m in maps[1:]:
        total = total + m.x
    return Map(total, jump, pooled)


# ---------------------------------------------------------------------------------------------
# Values of the file


def whole(value, what, least):
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Invalid(f"{what}: {value!r}")
    return value


def per_axis(value, dims, what, least=1):
    """A scalar holds for all axes; a list has one entry per axis."""
    if isinstance(value, list):
        if len(value) != dims:
            raise Invalid(f"{what}: {value!r} for {dims} axes")
        return [whole(v, what, least) for v in value]
    return [whole(value, what, least)] * dims


def padding_pairs(value, k, s, d, words=True):
    """(low, high) per axis. `value` is a number or a word for all axes, or a list with one
    entry per axis, each a number, a word or a pair [low, high]. Hence [1, 2] in 2-D is one
    number per axis, and a single pair in 1-D is [[1, 2]]."""
    dims = len(k)
    entries = value if isinstance(value, list) else [value] * dims
    if len(entries) != dims:
        raise Invalid(f"padding: {value!r} for {dims} axes")
    pairs = []
    for entry, k_, s_, d_ in zip(entries, k, s, d):
        total = d_ * (k_ - 1)
        if isinstance(entry, list) and len(entry) == 2:
            pairs.append(tuple(whole(v, "padding", 0) for v in entry))
        elif isinstance(entry, str) and not words:
            raise Invalid(f"padding {entry!r} of a transposed convolution")
        elif entry == "same":
            if s_ != 1:
                raise Invalid('strided "same"')
            pairs.append((total // 2, total - total // 2))
        elif entry == "valid":
            pairs.append((0, 0))
        elif entry == "causal":
            pairs.append((total, 0))
        else:
            number = whole(entry, "padding", 0)
            pairs.append((number, number))
    return pairs


def known(table, keys, what):
    for key in table:
        if key not in keys:
            raise Invalid(f"unknown key {key!r} in {what}")


# ---------------------------------------------------------------------------------------------
# Layers


def pad(x, pairs):
    """Zero-pad per axis; negative amounts cut. F.pad takes the last axis first."""
    return F.pad(x, [amount for pair in reversed(pairs) for amount in pair])


def ones(k):
    return torch.ones([1, 1, *k], dtype=torch.float64)


def window(x, k, s, d, pairs):
    """Sum over windows: a convolution with all weights one, or a pooling (of which every tap
    counts one, whichever position the maximum would have picked)."""
    for n, k_, d_, (lo, hi) in zip(x.shape[2:], k, d, pairs):
        if n + lo + hi < d_ * (k_ - 1) + 1:
            raise Invalid("a map has no position left")
    return CONV[len(k)](pad(x, pairs), ones(k), stride=s, dilation=d)


def ceil_size(n, k, s, d, lo, hi):
    """The size with ceil_mode: round up, but the last window must start inside the input or
    the low padding."""
    size = -((-(n + lo + hi - d * (k - 1) - 1)) // s) + 1
    if (size - 1) * s >= n + lo:
        size -= 1
    return size


def ceil_pairs(n, k, s, d, lo, hi):
    """The padding with which the usual rounding down gives the size of ceil_mode."""
    size = ceil_size(n, k, s, d, lo, hi)
    if size < 1:
        raise Invalid("a map has no position left")
    return lo, max(hi, (size - 1) * s + d * (k - 1) + 1 - n - lo)


def transposed(x, k, s, d, pairs, output_padding):
    """Padding of a transposed convolution cuts; output padding lengthens the high side with
    positions that may read nothing."""
    full = CONV_TRANSPOSE[len(k)](x, ones(k), stride=s, dilation=d)
    cuts = [(-lo, extra - hi) for (lo, hi), extra in zip(pairs, output_padding)]
    if any(n + lo + hi < 1 for n, (lo, hi) in zip(full.shape[2:], cuts)):
        raise Invalid("a map has no position left")
    return pad(full, cuts)


def nearest_taps(n, m):
    """For each of m outputs over n inputs the taps {input: weight}, exactly: floor(o n / m)."""
    return [{o * n // m: Fraction(1)} for o in range(m)]


def linear_taps(n, m, align_corners):
    """Linear interpolation in fractions. Floating point would leave weights of 1e-17 where the
    weight is zero, and a zero weight is no tap."""
    rows = []
    for o in range(m):
        if align_corners:
            at = Fraction(o * (n - 1), m - 1) if m > 1 else Fraction(0)
        else:
            at = Fraction((2 * o + 1) * n, 2 * m) - Fraction(1, 2)
        at = min(max(at, Fraction(0)), Fraction(n - 1))
        low = at.numerator // at.denominator
        part = at - low
        row = {low: 1 - part}
        if part:
            row[low + 1] = part
        rows.append(row)
    return rows


def cubic_taps(n, m, align_corners):
    """Cubic convolution (Keys 1981) with PyTorch's a = -3/4, in fractions: four neighbours, each
    clamped to the map, by their distances to a place that is not clamped."""
    a = Fraction(-3, 4)

    def kernel(t):
        if t <= 1:
            return (a + 2) * t**3 - (a + 3) * t**2 + 1
        return a * (t**3 - 5 * t**2 + 8 * t - 4)

    rows = []
    for o in range(m):
        if align_corners:
            at = Fraction(o * (n - 1), m - 1) if m > 1 else Fraction(0)
        else:
            at = Fraction((2 * o + 1) * n, 2 * m) - Fraction(1, 2)
        low = at.numerator // at.denominator
        row = collections.defaultdict(list)
        for i in range(low - 1, low + 3):
            weight = kernel(abs(at - i))
            if weight:
                row[min(max(i, 0), n - 1)].append(weight)
        rows.append(row)
    return rows


def bins(n, m):
    """Adaptive pooling: of each of m bins over n positions every tap counts one."""
    return [{i: Fraction(1) for i in range(o * n // m, -(-(o + 1) * n // m))} for o in range(m)]


def resample(x, axis, rows):
    """Apply one row of taps per output position along an axis."""
    matrix = torch.zeros([len(rows), x.shape[axis]], dtype=torch.float64)
    for o, row in enumerate(rows):
        for i, weight in row.items():
            matrix[o, i] = float(weight)
    return torch.movedim(torch.tensordot(x, matrix, dims=([axis], [1])), -1, axis)


def resize(x, size, mode, align_corners=False, absolute=False):
    """`absolute` takes the absolute value of each weight."""
    for axis, m in enumerate(size):
        n = x.shape[2 + axis]
        if mode == "nearest":
            rows = nearest_taps(n, m)
        elif mode == "linear":
            rows = linear_taps(n, m, align_corners)
        else:
            rows = cubic_taps(n, m, align_corners)
            rows = [{i: sum(map(abs, w) if absolute else w) for i, w in row.items()} for row in rows]
        x = resample(x, 2 + axis, rows)
    return x


# ---------------------------------------------------------------------------------------------
# The network file

ANY = {"op", "name", "channels", "groups"}
KEYS = {
    "conv": {"kernel", "stride", "dilation", "padding"},
    "max-pool": {"kernel", "stride", "dilation", "padding", "ceil_mode"},
    "avg-pool": {"kernel", "stride", "padding", "ceil_mode"},
    "transposed": {"kernel", "stride", "dilation", "padding", "output_padding"},
    "upsample": {"factor", "size", "like", "mode", "align_corners"},
    "pixel-shuffle": {"factor"},
    "crop": {"like", "size", "offset"},
    "global-pool": {"axes"},
    "adaptive-avg-pool": {"size"},
    "adaptive-max-pool": {"size"},
    "pad": {"padding", "mode"},
    "slice": {"offset", "stride"},
}


class Network:
    """A network file, evaluated. `input`, `output` are maps; `stages` the named ones. With
    `absolute` negative weights of cubic interpolation are positive."""

    def __init__(self, text, absolute=False):
        self.text, self.absolute = text, absolute
        try:
            file = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise Invalid(f"not TOML: {error}") from error
        known(file, {"name", "dims", "input", "outputs", "defaults", "target", "rules", "stage"}, "the file")
        if "input" not in file:
            raise Invalid("the oracle needs `input`")
        size = file["input"] if isinstance(file["input"], list) else [file["input"]] * file.get("dims", 2)
        self.dims = len(size)
        if file.get("dims", self.dims) != self.dims:
            raise Invalid("dims and input disagree")
        self.defaults = file.get("defaults", {})
        known(self.defaults, {"kernel", "stride", "padding"}, "[defaults]")

        self.nearest = set()  # (from, to) of every nearest resampling
        x = torch.zeros([1, 1, *size], dtype=torch.float64, requires_grad=True)
        self.input = Map(x, [Fraction(1)] * self.dims)
        self.stages = {"input": self.input}
        last = self.input
        for stage in file.get("stage", []):
            last = self.stage(stage, last)
            if "name" in stage:
                if stage["name"] in self.stages:
                    raise Invalid(f"two stages are called {stage['name']!r}")
                self.stages[stage["name"]] = last
        outputs = file.get("outputs")
        if outputs is not None:
            if len(outputs) != 1:
                raise Invalid("the oracle needs exactly one output")
            last = self.named(outputs[0])
        self.output = last

    def named(self, name):
        if name not in self.stages:
            raise Invalid(f"no earlier stage is called {name!r}")
        return self.stages[name]

    def stage(self, stage, before):
        known(
            stage,
            {"name", "from", "kernel", "stride", "padding", "dilations", "repeat", "residual", "layers", "rules"},
            "a stage",
        )
        sources = stage.get("from")
        if sources is None:
            start = before
        else:
            sources = [sources] if isinstance(sources, str) else sources
            start = merge([self.named(name) for name in sources])
        if ("dilations" in stage) == ("layers" in stage):
            raise Invalid("a stage needs one of dilations and layers")
        layers = stage["layers"] if "layers" in stage else [{"dilation": d} for d in stage["dilations"]]
        # What a layer does not say its stage says, and then the file.
        inherited = self.defaults | {k: stage[k] for k in ("kernel", "stride", "padding") if k in stage}
        at = start
        for _ in range(whole(stage.get("repeat", 1), "repeat", 1)):
            end = self.chain(layers, at, inherited)
            at = merge([at, end]) if stage.get("residual", False) else end
        return at

    def chain(self, layers, at, inherited):
        for layer in layers:
            at = self.layer(layer, at, inherited)
        return at

    def layer(self, layer, at, inherited):
        if "branches" in layer:
            known(layer, {"branches", "merge", "name"}, "branches")
            if layer.get("merge", "add") not in ("add", "concat"):
                raise Invalid(f"merge {layer['merge']!r}")
            return merge([self.chain(branch, at, inherited) for branch in layer["branches"]])
        op = layer.get("op", "conv")
        if op not in KEYS:
            raise Invalid(f"op {op!r}")
        known(layer, KEYS[op] | ANY, op)
        return getattr(self, op.replace("-", "_"))(layer, at, inherited)

    def axes(self, layer, key, default=None):
        value = layer.get(key, default)
        if value is None:
            raise Invalid(f"{key} is missing")
        return per_axis(value, self.dims, key)

    def conv(self, layer, at, inherited):
        layer = {"kernel": 3, "stride": 1, "padding": "same"} | inherited | layer
        k, s = self.axes(layer, "kernel"), self.axes(layer, "stride")
        d = self.axes(layer, "dilation", 1)
        pairs = padding_pairs(layer["padding"], k, s, d)
        return at.then(window(at.x, k, s, d, pairs), s)

    @staticmethod
    def own(layer, inherited):
        """The defaults of a stage and of the file are those of convolutions. Whether another
        layer with a kernel takes them too is left open: such a layer must say its own."""
        for key in ("kernel", "stride", "padding"):
            if key in inherited and key not in layer:
                raise Invalid(f"{key} of a layer that is no convolution, beside a default")

    def max_pool(self, layer, at, inherited):
        self.own(layer, inherited)
        k = self.axes(layer, "kernel")
        s = self.axes(layer, "stride", k)
        d = self.axes(layer, "dilation", 1)
        pairs = padding_pairs(layer.get("padding", 0), k, s, d)
        if layer.get("ceil_mode", False):
            pairs = [ceil_pairs(n, k_, s_, d_, *p) for n, k_, s_, d_, p in zip(at.size, k, s, d, pairs)]
        return at.then(window(at.x, k, s, d, pairs), s)

    avg_pool = max_pool  # the same taps; an average's 1/k^n is left out, as every weight is one

    def transposed(self, layer, at, inherited):
        self.own(layer, inherited)
        k, s = self.axes(layer, "kernel"), self.axes(layer, "stride", 1)
        d = self.axes(layer, "dilation", 1)
        extra = per_axis(layer.get("output_padding", 0), self.dims, "output_padding", 0)
        if any(e >= max(s_, d_) for e, s_, d_ in zip(extra, s, d)):
            raise Invalid("output_padding must be smaller than stride or dilation")
        pairs = padding_pairs(layer.get("padding", 0), k, s, d, words=False)
        return at.then(transposed(at.x, k, s, d, pairs, extra), [Fraction(1, s_) for s_ in s])

    def upsample(self, layer, at, inherited):
        if len({"factor", "size", "like"} & set(layer)) != 1:
            raise Invalid("upsample needs one of factor, size and like")
        if "mode" not in layer:
            raise Invalid("mode is missing: the format names no default")
        mode, corners = layer["mode"], layer.get("align_corners", False)
        if mode not in ("nearest", "linear", "cubic") or (corners and mode == "nearest"):
            raise Invalid(f"mode {mode!r} with align_corners = {corners}")
        if "factor" in layer:
            size = [n * f for n, f in zip(at.size, self.axes(layer, "factor"))]
        elif "size" in layer:
            size = self.axes(layer, "size")
        else:
            size = self.named(layer["like"]).size
        if any(m < n for m, n in zip(size, at.size)):
            raise Invalid("an upsampling that makes the map smaller")
        if mode == "nearest":
            self.nearest |= set(zip(at.size, size))
        x = resize(at.x, size, mode, corners, self.absolute)
        end = at.then(x, [Fraction(n, m) for n, m in zip(at.size, size)])
        if "like" in layer:
            end.jump = self.named(layer["like"]).jump  # it stands beside that map, whatever the rounding
        return end

    def pixel_shuffle(self, layer, at, inherited):
        f = self.axes(layer, "factor")
        x = resize(at.x, [n * f_ for n, f_ in zip(at.size, f)], "nearest")
        return at.then(x, [Fraction(1, f_) for f_ in f])

    def crop(self, layer, at, inherited):
        if ("like" in layer) == ("size" in layer) or ("like" in layer and "offset" in layer):
            raise Invalid("crop needs like, or size and perhaps offset")
        sizes = self.named(layer["like"]).size if "like" in layer else self.axes(layer, "size")
        offsets = [(n - m) // 2 for n, m in zip(at.size, sizes)]
        if "offset" in layer:
            offsets = per_axis(layer["offset"], self.dims, "offset", 0)
        cuts = []
        for n, m, low in zip(at.size, sizes, offsets):
            if low < 0 or low + m > n:
                raise Invalid("a crop past the map")
            cuts.append((-low, -(n - m - low)))
        return at.then(pad(at.x, cuts))

    def global_pool(self, layer, at, inherited):
        names = layer.get("axes", list("zyx"))
        names = [names] if isinstance(names, str) else names
        axes = [axis for axis in range(self.dims) if "zyx"[3 - self.dims + axis] in names]
        return self.pooled(at, at.x, axes)

    @staticmethod
    def pooled(at, x, axes, jump=None):
        """Everything along some axes to one position."""
        if axes:
            x = x.sum(dim=[2 + axis for axis in axes], keepdim=True)
        return Map(x, jump or at.jump, [p or axis in axes for axis, p in enumerate(at.pooled)])

    def adaptive_avg_pool(self, layer, at, inherited):
        x, sizes = at.x, self.axes(layer, "size")
        jump = [j if m == 1 else j * Fraction(n, m) for j, n, m in zip(at.jump, at.size, sizes)]
        for axis, (n, m) in enumerate(zip(at.size, sizes)):
            if m > 1:
                x = resample(x, 2 + axis, bins(n, m))
        return self.pooled(at, x, [axis for axis, m in enumerate(sizes) if m == 1], jump)

    adaptive_max_pool = adaptive_avg_pool  # every tap counts one

    def pad(self, layer, at, inherited):
        ones_ = [1] * self.dims
        pairs = padding_pairs(layer["padding"], ones_, ones_, ones_, words=False)
        mode = {"zeros": "constant"}.get(layer.get("mode", "zeros"), layer.get("mode"))
        if mode != "constant":
            most = {"reflect": -1, "circular": 0}.get(mode, 10**9)
            if any(max(pair) > n + most for n, pair in zip(at.size, pairs)):
                raise Invalid("a padding wider than the map")
        return at.then(F.pad(at.x, [a for pair in reversed(pairs) for a in pair], mode=mode))

    def slice(self, layer, at, inherited):
        offsets, s = per_axis(layer.get("offset", 0), self.dims, "offset", 0), self.axes(layer, "stride")
        cut = tuple(slice(o, None, s_) for o, s_ in zip(offsets, s))
        return at.then(at.x[(slice(None), slice(None), *cut)], s)


# ---------------------------------------------------------------------------------------------
# Facts


def facts(network):
    """What the output unit floor(n/2) per axis reads."""
    unit = [n // 2 for n in network.output.size]
    y = network.output.x[(0, 0, *unit)]
    x = network.input.x
    grad = torch.autograd.grad(y, x, allow_unused=True)[0] if y.requires_grad else None
    paths = (torch.zeros_like(x) if grad is None else grad).detach().numpy()[0, 0]
    mask = paths != 0
    if "cubic" in network.text and not network.absolute:
        return facts(Network(network.text, absolute=True)) | weights_of(paths)
    found = {
        "output": list(network.output.size),
        "unit": unit,
        "covered": int(mask.sum()),
    }
    if mask.any():
        first, extent = [], []
        for axis in range(network.dims):
            others = tuple(a for a in range(network.dims) if a != axis)
            at = np.flatnonzero(mask.any(axis=others))
            first.append(int(at[0]))
            extent.append(int(at[-1] - at[0] + 1))
        found |= {
            "first": first,
            "extent": extent,
            "holes": int(np.prod(extent)) - found["covered"],
        }
    return found | {
        "mask_sha256": hashlib.sha256(np.ascontiguousarray(mask, dtype=np.uint8).tobytes()).hexdigest(),
    } | weights_of(paths)


def weights_of(paths):
    return {"paths_sum": float(paths.sum()), "paths_max": float(paths.max())}


FIELDS = ("output", "unit", "covered", "first", "extent", "holes", "mask_sha256", "paths_sum", "paths_max")


def differences(case, found):
    """The fields in which a recorded case differs. Path weights are sums of floats, whose
    order is torch's own: they are compared within 1e-9; all else exactly."""
    wrong = []
    for field in FIELDS:
        old, new = case.get(field), found.get(field)
        if field.startswith("paths_") and None not in (old, new):
            same = abs(old - new) <= 1e-9 * max(abs(old), abs(new), 1)
        else:
            same = old == new
        if not same:
            wrong.append(f"{field}: recorded {old}, found {new}")
    return wrong


def verify(path):
    kinds, failed = collections.Counter(), 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            case = json.loads(line)
            kinds[case["kind"]] += 1
            try:
                wrong = differences(case, facts(Network(case["toml"])))
                if case["dims"] != len(case["unit"]):
                    wrong.append("dims")
            except Invalid as error:
                wrong = [f"invalid: {error}"]
            if wrong:
                failed += 1
                print(f"line {number}, seed {case['seed']}, {case['kind']}: " + "; ".join(wrong))
    for kind, count in sorted(kinds.items()):
        print(f"{count:6} {kind}")
    print(f"{kinds.total()} cases, {failed} with differences")
    return failed == 0


# ---------------------------------------------------------------------------------------------
# Writing TOML


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, str)):
        return json.dumps(value)
    if isinstance(value, dict):
        return "{}" if not value else "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    return "[" + ", ".join(map(toml, value)) + "]"


def write(name, size, stages, outputs=None, defaults=None):
    lines = [f"name = {toml(name)}", f"input = {toml(size)}"]
    if outputs:
        lines.append(f"outputs = {toml(outputs)}")
    if defaults:
        lines += ["", "[defaults]"] + [f"{k} = {toml(v)}" for k, v in defaults.items()]
    for stage in stages:
        lines += ["", "[[stage]]"]
        for key, value in stage.items():
            if key == "layers":
                lines += ["layers = ["] + [f"  {toml(layer)}," for layer in value] + ["]"]
            else:
                lines.append(f"{key} = {toml(value)}")
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------------------------------
# Random networks


class Dice:
    """Random parts of networks. Layers called `keep` keep the size, so that branches of them
    may be merged."""

    def __init__(self, rng, dims):
        self.rng, self.dims = rng, dims
        # Small inputs; wide enough that a unit in the middle does not see everything.
        low, high = {1: (24, 160), 2: (12, 40), 3: (7, 12)}[dims]
        self.size = [rng.randint(low, high) for _ in range(dims)]
        self.reach = {1: 12, 2: 6, 3: 3}[dims]

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, *values):
        return self.rng.choice(values)

    def int(self, low, high):
        return self.rng.randint(low, high)

    def axis(self, draw, mixed=0.35):
        """One value for all axes, or one per axis."""
        if self.chance(mixed):
            return [draw() for _ in range(self.dims)]
        return draw()

    def spread(self, value):
        return value if isinstance(value, list) else [value] * self.dims

    def dilation(self):
        return self.int(1, self.reach)

    def head(self):
        """The start of a convolution: `op` is its own default, so it may be left out."""
        return {"op": "conv"} if self.chance(0.5) else {}

    def totals(self, layer):
        """d(k-1) per axis: the positions a layer would lose."""
        k, d = self.spread(layer.get("kernel", 3)), self.spread(layer.get("dilation", 1))
        return [d_ * (k_ - 1) for k_, d_ in zip(k, d)]

    def split(self, total):
        low = self.int(0, total)
        return [low, total - low]

    def keeping(self, total, stride=1):
        """A padding entry of one axis that sums to `total`."""
        forms = [self.split(total), "causal"] + (["same"] * 2 if stride == 1 else [])
        if total % 2 == 0:
            forms.append(total // 2)
        if total == 0:
            forms.append("valid")
        return self.pick(*forms)

    def keep_padding(self, totals, stride=1, form=None):
        form = form or self.pick("word", "word", "number", "list", "pairs")
        if form == "number" and all(t % 2 == 0 for t in totals):
            halves = [t // 2 for t in totals]
            return halves[0] if len(set(halves)) == 1 else halves
        if form == "word":
            return "causal" if stride != 1 or self.chance(0.3) else "same"
        if form == "pairs":
            return [self.split(t) for t in totals]
        return [self.keeping(t, stride) for t in totals]

    def shape(self, kernels=(1, 2, 3, 3, 3, 4, 5)):
        """A convolution's kernel and dilation."""
        layer = self.head() | {"kernel": self.axis(lambda: self.pick(*kernels), 0.25)}
        if self.chance(0.85):
            layer["dilation"] = self.axis(self.dilation)
        return layer

    def keep(self, form=None):
        """A convolution, or now and then a pooling of stride 1, that keeps the size."""
        if form is None and self.chance(0.1):
            k = self.pick(2, 3)
            return {"op": self.pick("max-pool", "avg-pool"), "kernel": k, "stride": 1,
                    "padding": self.pick("same", [self.pick([k // 2, k - 1 - k // 2], [k - 1 - k // 2, k // 2])
                                                  for _ in range(self.dims)])}
        layer = self.shape()
        if form or self.chance(0.75):  # else the default, "same"
            layer["padding"] = self.keep_padding(self.totals(layer), form=form)
        return layer

    def keeps(self, low, high, form=None):
        return [self.keep(form) for _ in range(self.int(low, high))]

    def strided(self, stride, kernels=(1, 2, 3, 4, 5)):
        """Size ceil(n / stride), whatever the kernel."""
        layer = self.shape(kernels) | {"stride": stride}
        layer["padding"] = self.keep_padding(self.totals(layer), stride)
        return layer

    def shrink(self):
        """Stride 2 or 3, by a convolution or a pooling, with plain numbers."""
        s = self.pick(2, 2, 2, 3)
        if self.chance(0.5):
            return {"op": self.pick("max-pool", "avg-pool"), "kernel": self.pick(2, 3), "stride": s}
        return self.head() | {"kernel": 3, "stride": s, "padding": self.pick(0, 1)}

    def loss(self):
        """A convolution that loses positions."""
        layer = self.shape((2, 3, 3, 5))
        layer["padding"] = self.pick(0, "valid", self.axis(lambda: self.pick(0, 1, "valid"), 1.0))
        return layer

    def body(self, low=1, high=3):
        """Layers of any kind of a chain."""
        return [self.pick(self.keep, self.keep, self.loss, self.shrink)() for _ in range(self.int(low, high))]

    def around(self, *middle):
        """Perhaps something before, and something after, the layer a case is about."""
        before = self.body(0, 2)
        after = self.keeps(0, 2)
        return before + list(middle) + after

    def branches(self, depth=0, identity=0.3, merge_=None):
        count = self.int(2, 4 if depth == 0 else 2)
        inner = []
        for _ in range(count):
            if self.chance(identity) and [] not in inner:
                inner.append([])
            else:
                inner.append(self.keeps(1, 2))
        if depth:
            at = self.rng.randrange(count)
            inner[at] = self.keeps(0, 1) + [self.branches(depth - 1)] + self.keeps(0, 1)
        return {"branches": inner, "merge": merge_ or self.pick("add", "concat")}

    def pool(self, dilated=False, ceil=False):
        op = "max-pool" if dilated else self.pick("max-pool", "avg-pool")
        k = self.axis(lambda: self.int(2, 4), 0.3)
        layer = {"op": op, "kernel": k}
        if self.chance(0.7):  # else the kernel
            layer["stride"] = self.axis(lambda: self.int(1, 4), 0.3)
        if dilated:
            layer["dilation"] = self.axis(lambda: self.int(2, self.reach), 0.3)
        # PyTorch allows half a kernel.
        most = [(t + 1) // 2 for t in self.totals(layer)]
        if self.chance(0.7):
            layer["padding"] = self.pick(
                self.int(0, min(most)),
                [self.int(0, m) for m in most],
                [[self.int(0, m), self.int(0, m)] for m in most],
                "valid",
            )
        if ceil:
            layer["ceil_mode"] = True
        return layer


def one(layers, **extra):
    """A network of one stage."""
    return {"stages": [{"name": "body"} | extra | {"layers": layers}]}


def size_after(g, layers):
    """The size after some layers, for a case that must name one."""
    return Network(write("probe", g.size, [{"layers": layers}])).output.size if layers else tuple(g.size)


def bigger(g, size, factor=3):
    """A size to upsample to: no multiple, as a rule."""
    return [g.int(n, factor * n) for n in size]


def k_branches_add(g):
    return one(g.around(g.branches(identity=0.15, merge_="add")))


def k_branches_concat(g):
    return one(g.around(g.branches(identity=0.15, merge_="concat")))


def k_branches_identity(g):
    inner = g.branches(identity=0)
    inner["branches"][g.rng.randrange(len(inner["branches"]))] = []
    return one(g.around(inner))


def k_branches_nested(g):
    return one(g.around(g.branches(depth=g.pick(1, 1, 2))))


def k_branches_strided(g):
    """A shortcut of 1x1 with the same stride beside the strided layer: equal sizes and jumps."""
    s = g.axis(lambda: g.int(2, 3))
    inner = [g.keeps(0, 1) + [g.strided(s)] + g.keeps(0, 1), [{"kernel": 1, "stride": s, "padding": 0}]]
    if g.chance(0.4):
        inner.append([g.strided(s, (3, 5))])
    return one(g.keeps(0, 1) + [{"branches": inner, "merge": g.pick("add", "concat")}] + g.keeps(0, 1))


def k_branches_valid(g):
    """Branches that lose equally much."""
    total = 4 if g.dims == 3 else g.pick(4, 6, 12)
    shapes = [(k, total // (k - 1)) for k in (2, 3, 4, 5, 7) if total % (k - 1) == 0]
    inner = [[{"kernel": k, "dilation": d, "padding": g.pick("valid", 0)}] for k, d in g.rng.sample(shapes, 2)]
    if g.chance(0.5):
        inner.append([{"kernel": 3, "padding": 0}, {"kernel": 2, "dilation": total - 2, "padding": "valid"}])
    return one(g.keeps(0, 1) + [{"branches": inner, "merge": g.pick("add", "concat")}] + g.keeps(0, 2))


def k_branches_hourglass(g):
    """Down and up again inside a branch: the jump comes back to what it was."""
    f = g.pick(2, 3) if g.dims < 3 else 2
    g.size = [n - n % f for n in g.size]
    down = g.pick({"op": "max-pool", "kernel": f}, {"kernel": 3, "stride": f, "padding": 1},
                  {"op": "avg-pool", "kernel": f, "stride": f})
    up = g.pick({"op": "upsample", "factor": f, "mode": "nearest"}, {"op": "upsample", "factor": f, "mode": "linear"},
                {"op": "upsample", "factor": f, "mode": "linear", "align_corners": True},
                {"op": "pixel-shuffle", "factor": f},
                {"op": "transposed", "kernel": f, "stride": f},
                {"op": "transposed", "kernel": f + 2, "stride": f, "padding": 1})
    return one(g.keeps(0, 1) + [{"branches": [[down] + g.keeps(0, 2) + [up], g.keeps(0, 1)],
                                 "merge": g.pick("add", "concat")}] + g.keeps(0, 1))


def k_residual_repeat(g):
    stage = {"name": "body"}
    if g.chance(0.5):
        stage |= {"residual": True, "repeat": g.int(2, 4), "kernel": g.axis(lambda: g.pick(2, 3, 3, 5), 0.2),
                  "dilations": [g.axis(g.dilation, 0.2) for _ in range(g.int(1, 3))]}
        if g.chance(0.3):
            stage["padding"] = "causal"
    else:
        stage |= {"residual": True, "repeat": g.int(1, 3), "layers": g.keeps(1, 3)}
    stages = [stage]
    if g.chance(0.4):
        stages.insert(0, {"name": "stem", "layers": g.body(1, 2)})
    if g.chance(0.3):
        stages.append({"name": "head", "residual": g.chance(0.5), "layers": g.keeps(1, 2)})
    return {"stages": stages}


def k_repeat_layers(g):
    layers = g.keeps(1, 2) + g.pick([], [g.loss()], [g.shrink()], [g.branches()])
    g.rng.shuffle(layers)
    return one(layers, repeat=g.int(2, 3))


def k_max_pool(g):
    layer = g.pool() | {"op": "max-pool"}
    return one(g.keeps(0, 2) + [layer] + g.keeps(0, 2))


def k_max_pool_dilation(g):
    return one(g.keeps(0, 2) + [g.pool(dilated=True, ceil=g.chance(0.3))] + g.keeps(0, 2))


def k_pool_ceil(g):
    return one(g.keeps(0, 1) + [g.pool(ceil=True)] + g.keeps(0, 1) + g.pick([], [g.pool(ceil=True)]))


def up(g, **target):
    return {"op": "upsample"} | target


def k_linear_factor(g):
    return one(g.around(up(g, factor=g.axis(lambda: g.int(2, 4))) | {"mode": "linear"}))


def k_linear_corners(g):
    return one(g.around(up(g, factor=g.axis(lambda: g.int(2, 4))) | {"mode": "linear", "align_corners": True}))


def k_linear_size(g):
    before = g.body(0, 2)
    layer = up(g, size=bigger(g, size_after(g, before))) | {"mode": "linear"}
    if g.chance(0.5):
        layer["align_corners"] = g.chance(0.8)
    return one(before + [layer] + g.keeps(0, 2))


def k_nearest_size(g):
    before = g.body(0, 2)
    return one(before + [up(g, size=bigger(g, size_after(g, before))) | {"mode": "nearest"}] + g.keeps(0, 2))


def ladder(g, layer):
    """A map, a deeper and coarser one, and its return beside the first."""
    stages = [
        {"name": "skip", "layers": g.body(0, 1) + [g.keep()]},
        {"name": "deep", "layers": [g.shrink()] + g.keeps(0, 2) + g.pick([], [g.shrink()])},
        {"name": "up", "layers": g.pick([], [{"kernel": 1}]) + [layer]},
        {"name": "head", "from": g.pick(["up", "skip"], ["skip", "up"]), "layers": g.keeps(1, 2)},
    ]
    return {"stages": stages}


def k_linear_like(g):
    layer = up(g, like="skip") | {"mode": "linear"}
    if g.chance(0.5):
        layer["align_corners"] = True
    return ladder(g, layer)


def k_nearest_like(g):
    return ladder(g, up(g, like="skip") | {"mode": "nearest"})


def k_pixel_shuffle(g):
    return one(g.around({"op": "pixel-shuffle", "factor": g.axis(lambda: g.int(2, 4), 0.3)}))


def k_crop_like(g):
    """A skip cropped to what unpadded convolutions left of the main path."""
    stages = [
        {"name": "skip", "layers": g.keeps(1, 1)},
        {"name": "main", "layers": [g.loss() for _ in range(g.int(1, 3))]},
        {"name": "cut", "from": "skip", "layers": g.keeps(0, 1) + [{"op": "crop", "like": "main"}]},
        {"name": "head", "from": ["main", "cut"], "layers": g.keeps(1, 1)},
    ]
    if g.chance(0.3):
        stages = stages[:3]
    return {"stages": stages}


def image_pooling(g):
    return [{"op": "global-pool"}] + g.pick([], [{"kernel": 1}], [{"op": "conv", "kernel": 1, "padding": 0}])


def k_global_pool_branch(g):
    inner = g.branches(identity=0.2)
    inner["branches"].insert(g.int(0, len(inner["branches"])), image_pooling(g))
    # Unpadded layers before it, so that it does not always read the whole input.
    return one([g.loss() for _ in range(g.int(0, 2))] + [inner] + g.keeps(0, 1))


def k_global_pool_stage(g):
    way = g.int(0, 3)
    stem = {"name": "stem", "layers": g.body(1, 2)}
    if way == 0:  # the output itself
        return {"stages": [stem, {"name": "pool", "layers": image_pooling(g)}]}
    if way == 1:  # a gate around a stage
        return {"stages": [stem, {"name": "gate", "residual": True, "layers": image_pooling(g)},
                           {"name": "head", "layers": g.keeps(1, 2)}]}
    return {"stages": [stem, {"name": "pool", "layers": image_pooling(g)},
                       {"name": "main", "from": "stem", "layers": g.keeps(1, 2)},
                       {"name": "head", "from": g.pick(["main", "pool"], ["pool", "main"]), "layers": g.keeps(1, 1)}]}


def k_padding_causal(g):
    layers = []
    for _ in range(g.int(2, 4)):
        layer = g.shape() | {"padding": "causal"}
        if g.chance(0.2):
            layer["stride"] = 2
        layers.append(layer)
    return one(layers)


def k_padding_pairs(g):
    layers = []
    for _ in range(g.int(2, 4)):
        layer = g.shape()
        if g.chance(0.3):
            layer["stride"] = g.axis(lambda: g.int(1, 3))
        layer["padding"] = [[g.int(0, g.reach), g.int(0, g.reach)] for _ in range(g.dims)]
        layers.append(layer)
    return one(layers)


def k_padding_mixed(g):
    """Words, numbers and pairs side by side, one per axis."""
    layers = []
    for _ in range(g.int(2, 4)):
        layer = g.shape()
        s = [1] * g.dims
        if g.chance(0.4):
            s = [g.int(1, 2) for _ in range(g.dims)]
            layer["stride"] = s
        layer["padding"] = [
            g.pick(*(["same"] if s_ == 1 else []), "causal", "valid", g.int(0, 4), [g.int(0, 4), g.int(0, 4)])
            for s_ in s
        ]
        layers.append(layer)
    return one(layers)


def k_padding_valid(g):
    layers = [g.shape((2, 3, 3, 5)) | {"padding": "valid"} for _ in range(g.int(1, 4))]
    if g.chance(0.4):
        layers[-1]["stride"] = g.axis(lambda: g.int(2, 3))
    if g.chance(0.3):  # weights, not positions
        layers[0] |= {"channels": 64}
        layers[-1] |= {"channels": 64, "groups": g.pick(1, 1 if len(layers) == 1 else 64)}
    return one(layers)


def k_transposed_pairs(g):
    s, k, d = (g.axis(lambda: g.int(1, 4)), g.axis(lambda: g.int(1, 5)), g.axis(lambda: g.int(1, 3)))
    layer = {"op": "transposed", "kernel": k, "stride": s, "dilation": d,
             "padding": [[g.int(0, 3), g.int(0, 3)] for _ in range(g.dims)]}
    if g.chance(0.8):
        layer["output_padding"] = [g.int(0, max(s_, d_) - 1) for s_, d_ in zip(g.spread(s), g.spread(d))]
    if g.chance(0.2):
        layer["padding"] = g.axis(lambda: g.int(0, 2))
    return one(g.body(0, 2) + [layer] + g.keeps(0, 2))


def default_keys(g):
    keys = {"kernel": g.axis(lambda: g.pick(2, 3, 4, 5), 0.25)}
    if g.chance(0.5):
        keys["stride"] = g.axis(lambda: g.int(1, 2), 0.25)
    if "stride" in keys or g.chance(0.5):
        keys["padding"] = g.pick("causal", "valid", 1, 2, [[g.int(0, 3), g.int(0, 3)] for _ in range(g.dims)])
    if g.chance(0.2):
        del keys["kernel"]
    return keys


def sparse_layers(g):
    """Convolutions that leave much to the defaults."""
    layers = []
    for _ in range(g.int(2, 4)):
        layer = g.head()
        if g.chance(0.3):
            layer["kernel"] = g.axis(lambda: g.pick(1, 2, 3, 5), 0.25)
        if g.chance(0.6):
            layer["dilation"] = g.axis(g.dilation, 0.25)
        if g.chance(0.4):
            layer["stride"] = 1
        if g.chance(0.3):
            layer["padding"] = g.pick("causal", 1, 0, "valid")
        layers.append(layer)
    if g.chance(0.3):
        inner = [[{"dilation": g.dilation()}], [{"dilation": g.dilation()}, {"kernel": 1, "stride": 1, "padding": 0}]]
        layers.append({"branches": inner, "merge": "add"})
    if g.chance(0.25):
        layers.insert(1, {"op": g.pick("max-pool", "avg-pool"), "kernel": 2, "stride": 2, "padding": 0})
    if g.chance(0.25):
        layers.append({"op": "transposed", "kernel": 4, "stride": 2, "padding": 1})
    return layers


def short_form(g):
    return {"dilations": [g.axis(g.dilation, 0.2) for _ in range(g.int(1, 3))]}


def k_defaults(g):
    stages = [{"name": "a"} | g.pick(short_form(g), {"layers": sparse_layers(g)}),
              {"name": "b"} | g.pick(short_form(g), {"layers": sparse_layers(g)})]
    if g.chance(0.4):
        stages[1] = {"name": "b"} | default_keys(g) | {k: v for k, v in stages[1].items() if k != "name"}
    return {"stages": stages[: g.int(1, 2)], "defaults": default_keys(g)}


def k_stage_defaults(g):
    stages = []
    for name in ("a", "b")[: g.int(1, 2)]:
        stage = {"name": name} | default_keys(g)
        stage |= short_form(g) if g.chance(0.35) else {"layers": sparse_layers(g)}
        if g.chance(0.25):
            stage["repeat"] = 2
        stages.append(stage)
    return {"stages": stages}


def k_outputs(g):
    """The stages after the output are dead."""
    names = ["a", "b", "c"]
    stages = [{"name": n, "layers": g.body(1, 2)} for n in names]
    if g.chance(0.4):
        stages[2] = {"name": "c", "from": "a"} | {"layers": g.body(1, 2)}
    return {"stages": stages, "outputs": [g.pick("a", "b")]}


def k_dead_stage(g):
    stages = [{"name": "a", "layers": g.body(1, 2)}, {"name": "dead", "layers": g.body(1, 2)},
              {"name": "head", "from": g.pick("a", ["a"]), "layers": g.body(1, 2)}]
    if g.chance(0.3):
        stages[2]["from"] = "input"
    return {"stages": stages}


def k_from_input(g):
    stages = [{"name": "a", "from": g.pick("input", ["input"]), "layers": g.keeps(1, 2)},
              {"name": "b", "from": g.pick("input", ["input"], ["input", "a"]), "layers": g.keeps(1, 2)},
              {"name": "c", "from": g.pick(["a", "b"], ["input", "b"], ["a", "b", "input"]), "layers": g.keeps(1, 1)}]
    if g.chance(0.3):
        del stages[0]["from"]
    return {"stages": stages[: g.int(2, 3)]}


def k_unet(g):
    """Two levels, with crops where nothing is padded."""
    padding = g.pick("same", "valid")
    conv = lambda: {"kernel": 3, "dilation": g.int(1, 2), "padding": padding}
    back = g.pick({"op": "transposed", "kernel": 2, "stride": 2}, {"op": "upsample", "factor": 2, "mode": "linear"},
                  {"op": "upsample", "factor": 2, "mode": "nearest"}, {"op": "pixel-shuffle", "factor": 2})
    stages = [
        {"name": "enc", "layers": [conv()]},
        {"name": "deep", "layers": [{"op": "max-pool", "kernel": 2}, conv()]},
        {"name": "up", "layers": [back]},
        {"name": "cut", "from": "enc", "layers": [{"op": "crop", "like": "up"}]},
        {"name": "head", "from": ["up", "cut"], "layers": [conv()]},
    ]
    return {"stages": stages}


def k_mixed(g):
    """Everything in one chain of layers."""
    parts = [
        g.keep, g.loss, g.shrink, lambda: g.branches(depth=1), g.branches, lambda: g.pool(ceil=True),
        lambda: g.pool(dilated=True), lambda: up(g, factor=2) | {"mode": "linear"},
        lambda: {"op": "pixel-shuffle", "factor": 2},
        lambda: {"op": "transposed", "kernel": g.int(2, 4), "stride": 2, "padding": [[1, g.int(0, 1)]] * g.dims},
        lambda: {"branches": [image_pooling(g), g.keeps(1, 1)], "merge": "concat"},
    ]
    layers = [g.pick(*parts)() for _ in range(g.int(3, 5))]
    for i, layer in enumerate(layers):
        if "branches" not in layer and g.chance(0.2):
            layers[i] = {"name": f"layer{i}"} | layer
    return one(layers)


# Kinds of the further operations have seeds of their own: those above keep their networks.


def tinted(g, up_):
    """A cubic upsampling."""
    return up_ | {"mode": "cubic"} | ({"align_corners": True} if g.chance(0.4) else {})


def some_axes(g):
    names = "zyx"[3 - g.dims :]
    count = g.int(1, max(1, g.dims - 1))
    chosen = g.rng.sample(names, count)
    return {"op": "global-pool", "axes": chosen[0] if count == 1 and g.chance(0.5) else chosen}


def strip(g):
    """Pooled over some axes, with perhaps something after."""
    return [some_axes(g)] + g.pick([], g.keeps(1, 1, "pairs"), g.keeps(1, 2))


def f_strip_branch(g):
    inner = g.branches(identity=0.2)
    inner["branches"].insert(g.int(0, len(inner["branches"])), strip(g))
    return one([g.loss() for _ in range(g.int(0, 1))] + [inner] + g.keeps(0, 1))


def f_strip_both(g):
    """Strips along different axes, added to each other alone or beside the map."""
    names = "zyx"[3 - g.dims :]
    inner = [[{"op": "global-pool", "axes": name}] + g.keeps(0, 1) for name in names]
    if g.chance(0.6) or g.dims == 1:
        inner.append(g.keeps(0, 1))
    return one(g.body(0, 1) + [{"branches": inner, "merge": g.pick("add", "concat")}] + g.keeps(0, 1))


def f_strip_like(g):
    stages = [{"name": "stem", "layers": g.body(1, 2)},
              {"name": "strip", "layers": strip(g) + [up(g, like="stem") | {"mode": g.pick("nearest", "linear", "cubic")}]},
              {"name": "head", "from": g.pick(["strip", "stem"], ["stem", "strip"]), "layers": g.keeps(1, 1)}]
    return {"stages": stages}


def f_strip_end(g):
    return one(g.body(1, 2) + strip(g))


def adaptive(g, size):
    return {"op": g.pick("adaptive-avg-pool", "adaptive-max-pool"), "size": size}


def bin_sizes(g, size):
    if g.chance(0.4):
        return g.int(1, min(size))
    return [g.int(1, n) for n in size]


def f_adaptive(g):
    before = g.body(0, 2)
    return one(before + [adaptive(g, bin_sizes(g, size_after(g, before)))] + g.keeps(0, 1))


def f_adaptive_finer(g):
    before = g.body(1, 2)
    return one(before + [adaptive(g, bigger(g, size_after(g, before), 2))] + g.keeps(0, 1))


def f_adaptive_pyramid(g):
    """As PSPNet: bins of several sizes, each brought back to the map and put beside it."""
    stem = [{"name": "stem", "layers": g.body(0, 1) + [g.keep()]}]
    size = size_after(g, stem[0]["layers"])
    levels = g.rng.sample((1, 2, 3, 4, 6), g.int(1, 2))
    for m in levels:
        stem.append({"name": f"bin{m}", "from": "stem", "layers": [
            adaptive(g, [min(m, n) for n in size] if m > min(size) else m)]
            + g.pick([], [{"kernel": 1}]) + [up(g, like="stem") | {"mode": g.pick("nearest", "linear", "linear", "cubic")}]})
    stem.append({"name": "head", "from": ["stem"] + [f"bin{m}" for m in levels], "layers": g.keeps(1, 1)})
    return {"stages": stem}


def f_adaptive_back(g):
    """To uneven bins and back by a size, beside the map itself."""
    size = size_after(g, [])
    m = [g.int(2, max(2, n // 2)) for n in size]
    inner = [[adaptive(g, m), up(g, size=list(size)) | {"mode": g.pick("nearest", "linear", "cubic")}], g.keeps(0, 1)]
    return one([{"branches": inner, "merge": g.pick("add", "concat")}] + g.keeps(0, 1))


def f_cubic_factor(g):
    return one(g.around(tinted(g, up(g, factor=g.axis(lambda: g.int(2, 4))))))


def f_cubic_size(g):
    before = g.body(0, 2)
    return one(before + [tinted(g, up(g, size=bigger(g, size_after(g, before))))] + g.keeps(0, 2))


def f_cubic_like(g):
    return ladder(g, tinted(g, up(g, like="skip")))


def f_cubic_twice(g):
    """Paths that may cancel: two branches or layers of negative weights."""
    f = 2 if g.dims == 3 else g.pick(2, 3)
    g.size = [max(4, n // 2) for n in g.size]
    rise = lambda: tinted(g, up(g, factor=f))
    if g.chance(0.5) and g.dims < 3:
        return one([rise()] + g.keeps(0, 1) + [rise()])
    inner = [g.keeps(0, 1) + [rise()], g.keeps(0, 1) + [up(g, factor=f) | {"mode": "linear"}], [rise()] + g.keeps(0, 1)]
    return one([{"branches": inner, "merge": g.pick("add", "concat")}] + g.keeps(0, 1))


def f_crop_offset(g):
    before = g.keeps(0, 2)
    size = size_after(g, before)
    kept = [g.int(max(1, n // 2), n) for n in size]
    layer = {"op": "crop", "size": kept}
    if g.chance(0.85):
        layer["offset"] = [g.int(0, n - m) for n, m in zip(size, kept)]
    return one(before + [layer] + g.keeps(0, 2))


def padded(g, mode):
    wide = [g.int(1, 3) if g.dims == 3 else g.int(0, 6) for _ in range(g.dims)]
    padding = g.pick(wide, wide[0], [[g.int(0, w), w] for w in wide])
    return {"op": "pad", "padding": padding} | ({} if mode == "zeros" and g.chance(0.5) else {"mode": mode})


def f_pad_zeros(g):
    return one(g.keeps(0, 1) + [padded(g, "zeros")] + [g.loss()] + g.keeps(0, 1))


def f_pad_border(g):
    """A wide kernel before a unit near no border still meets it on small maps."""
    g.size = [max(4, n // 3) for n in g.size]
    mode = g.pick("reflect", "replicate", "circular")
    return one(g.body(0, 1) + [padded(g, mode)] + [g.loss() for _ in range(g.int(1, 2))]
               + g.pick([], [padded(g, g.pick("reflect", "replicate", "circular", "zeros")), g.loss()]))


def f_slice(g):
    s = g.axis(lambda: g.int(1, 3))
    return one(g.keeps(0, 1) + [{"op": "slice", "stride": s, "offset": g.axis(lambda: g.int(0, 3))}] + g.keeps(0, 2))


def f_slice_phases(g):
    """Space to depth: the phases of a map side by side, all of them or some."""
    s = 2
    g.size = [n - n % s for n in g.size]
    phases = list(itertools.product(range(s), repeat=g.dims))
    chosen = g.rng.sample(phases, g.int(2, len(phases))) if g.dims > 1 else phases
    inner = [[{"op": "slice", "offset": list(p), "stride": s}] for p in chosen]
    return one(g.keeps(0, 1) + [{"branches": inner, "merge": "concat"}] + g.keeps(1, 2))


FURTHER = {name[2:].replace("_", "-"): make for name, make in list(globals().items()) if name.startswith("f_")}
KINDS = {name[2:].replace("_", "-"): make for name, make in list(globals().items()) if name.startswith("k_")}


def nearest_differs(n, m):
    """PyTorch finds a nearest position as floor(o * float(n / m)), which may round below the
    integer that floor(o n / m) is. Sizes where that happens are left out of the cases."""
    x = torch.arange(n, dtype=torch.float64).reshape(1, 1, n)
    got = F.interpolate(x, size=m, mode="nearest")[0, 0].tolist()
    return got != [o * n // m for o in range(m)]


AXES = (1, 2, 3, 2, 1, 2, 1, 3, 2, 1, 2, 3)  # the number of axes goes round more slowly than the kind


def case(seed, kinds=KINDS):
    """The case of a seed: its kind goes round, and its network is drawn until one is valid."""
    rng = random.Random(seed)
    kind = list(kinds)[seed % len(kinds)]
    dims = AXES[seed // len(kinds) % len(AXES)]
    for attempt in itertools.count():
        if attempt == 2000:
            raise RuntimeError(f"no valid network of kind {kind}, seed {seed}")
        g = Dice(rng, dims)
        try:
            text = write(f"{kind}-{seed}", g.size, **kinds[kind](g))
            if len(text) > 1100:  # keeps the recorded file small
                continue
            network = Network(text)
        except Invalid:
            continue
        if any(nearest_differs(n, m) for n, m in network.nearest):
            continue
        found = facts(network)
        if max(found["output"]) > 400 or found["paths_max"] > 2**50:
            continue
        # A unit that reads everything tells little: a few of them are enough.
        if found["covered"] == int(np.prod(g.size)) and rng.random() < 0.85:
            continue
        return {"seed": seed, "kind": kind, "dims": g.dims, "toml": text} | found


# ---------------------------------------------------------------------------------------------
# Convolution as a matrix


def matrix_case(kernel, input_, stride, padding, dilation):
    """The convolution y = C x, the transposed convolution of the same input, and C's transpose
    applied to y (of x's shape, hence an output padding where the stride skips the end)."""
    w, x = np.array(kernel), np.array(input_)
    dims = w.ndim
    tensors = [torch.tensor(a, dtype=torch.float64)[None, None] for a in (w, x)]
    how = dict(stride=stride, padding=padding, dilation=dilation)
    y = CONV[dims](tensors[1], tensors[0], **how)
    extra = [
        (n + 2 * p - d * (k - 1) - 1) % s
        for n, k, s, p, d in zip(x.shape, w.shape, stride, padding, dilation)
    ]
    up_ = CONV_TRANSPOSE[dims](tensors[1], tensors[0], **how)
    back = CONV_TRANSPOSE[dims](y, tensors[0], output_padding=extra, **how)
    assert back.shape == tensors[1].shape
    listed = lambda t: t[0, 0].round().to(torch.int64).tolist()
    return {
        "dims": dims, "kernel": w.tolist(), "input": x.tolist(),
        "stride": stride, "padding": padding, "dilation": dilation,
        "conv": listed(y), "transposed": listed(up_),
        "transposed_of_conv": listed(back), "transposed_of_conv_output_padding": extra,
    }


def matrix_cases(seed=1, count=20):
    """A worked example whose results are known first, then random ones."""
    cases = [matrix_case([[1, 4, 1], [1, 4, 3], [3, 3, 1]],
                         [[4, 5, 8, 7], [1, 8, 8, 8], [3, 6, 6, 4], [6, 5, 7, 8]], [1, 1], [0, 0], [1, 1])]
    rng = random.Random(seed)
    while len(cases) < count:
        dims = (1, 1, 2, 2, 2, 2, 3)[len(cases) % 7]
        low, high = {1: (4, 10), 2: (3, 6), 3: (2, 3)}[dims]
        shape = [rng.randint(low, high) for _ in range(dims)]
        k = [rng.randint(1, 2 if dims == 3 else 4) for _ in range(dims)]
        s, d = ([rng.randint(1, 3) for _ in range(dims)] for _ in range(2))
        p = [rng.randint(0, 2) for _ in range(dims)]
        axes = list(zip(shape, k, s, p, d))
        if any(n + 2 * p_ < d_ * (k_ - 1) + 1 or (n - 1) * s_ - 2 * p_ + d_ * (k_ - 1) + 1 < 1
               for n, k_, s_, p_, d_ in axes):
            continue
        draw = lambda shape: np.array([rng.randint(-9, 9) for _ in range(int(np.prod(shape)))]).reshape(shape)
        case_ = matrix_case(draw(k), draw(shape), s, p, d)
        if len(json.dumps(case_)) < 2500:
            cases.append(case_)
    return cases


# ---------------------------------------------------------------------------------------------
# The building blocks against torch's own, and against the table of what an output reads


def jacobian(layer, n):
    """Matrix (outputs, inputs) of a one-layer network on one axis."""
    network = Network(write("probe", [n], [{"layers": [layer]}]))
    y = network.output.x[0, 0]
    return torch.stack([torch.autograd.grad(v, network.input.x, retain_graph=True)[0][0, 0] for v in y])


def table(n, size, reads):
    matrix = torch.zeros([size, n], dtype=torch.float64)
    for o in range(size):
        for i in reads(o):
            if 0 <= i < n:
                matrix[o, i] += 1
    return matrix


def selftest(rounds=400):
    rng = random.Random(0)
    done = collections.Counter()
    for _ in range(rounds):
        n, k, s, d = rng.randint(1, 14), rng.randint(1, 5), rng.randint(1, 4), rng.randint(1, 4)
        lo, hi, extra = rng.randint(0, 4), rng.randint(0, 4), rng.randint(0, max(s, d) - 1)
        base = {"kernel": k, "stride": s, "dilation": d, "padding": [[lo, hi]]}

        size = (n + lo + hi - d * (k - 1) - 1) // s + 1
        if size > 0:
            want = table(n, size, lambda o: [o * s - lo + d * t for t in range(k)])
            for op in ("conv", "max-pool"):
                assert torch.equal(jacobian({"op": op} | base, n), want), (op, n, base)
                done["window"] += 1
        size = (n - 1) * s - lo - hi + d * (k - 1) + extra + 1
        if size > 0:
            want = table(n, size, lambda o: [(o + lo - d * t) // s for t in range(k) if (o + lo - d * t) % s == 0])
            got = jacobian({"op": "transposed", "output_padding": extra} | base, n)
            assert torch.equal(got, want), ("transposed", n, base, extra)
            done["transposed"] += 1

        # Native pooling: sizes with dilation and ceil_mode, and which taps lie in the input.
        p = rng.randint(0, (d * (k - 1) + 1) // 2)
        ceil = rng.random() < 0.5
        layer = {"op": "max-pool", "kernel": k, "stride": s, "dilation": d, "padding": p, "ceil_mode": ceil}
        x = torch.randn([1, 1, n], dtype=torch.float64)
        try:
            native = F.max_pool1d(x, k, s, p, d, ceil)
        except RuntimeError:
            native = None
        if native is not None and native.shape[-1] > 0:
            got = jacobian(layer, n)
            best = torch.stack([x[0, 0][row != 0].max() if (row != 0).any() else torch.tensor(-torch.inf).double() for row in got])
            assert torch.equal(native[0, 0], best), ("max_pool1d", n, layer)
            done["max_pool1d"] += 1
        p = rng.randint(0, k // 2)
        n2 = [rng.randint(k, 14), rng.randint(k, 14)]
        x = torch.randn([1, 1, *n2], dtype=torch.float64)
        native = F.avg_pool2d(x, k, s, p, ceil, divisor_override=1)
        pairs = [(p, p) if not ceil else ceil_pairs(m, k, s, 1, p, p) for m in n2]
        assert torch.allclose(native, window(x, [k, k], [s, s], [1, 1], pairs)), ("avg_pool2d", n2, k, s, p, ceil)
        done["avg_pool2d"] += 1

        # N-D: transposed with torch's own padding; resampling; pixel shuffle.
        dims = rng.randint(1, 3)
        x = torch.randn([1, 1, *[rng.randint(1, 5) for _ in range(dims)]], dtype=torch.float64)
        ks, ss, ds = ([rng.randint(1, 3) for _ in range(dims)] for _ in range(3))
        ps = [rng.randint(0, 1) for _ in range(dims)]
        es = [rng.randint(0, max(a, b) - 1) for a, b in zip(ss, ds)]
        sizes = [(m - 1) * s_ - 2 * p_ + d_ * (k_ - 1) + e_ + 1
                 for m, k_, s_, p_, d_, e_ in zip(x.shape[2:], ks, ss, ps, ds, es)]
        if min(sizes) > 0:
            native = CONV_TRANSPOSE[dims](x, ones(ks), stride=ss, padding=ps, output_padding=es, dilation=ds)
            assert torch.allclose(native, transposed(x, ks, ss, ds, [(p, p) for p in ps], es)), "conv_transpose"
            done["conv_transpose"] += 1
        target = [rng.randint(m, 4 * m) for m in x.shape[2:]]
        for corners in (False, True):
            native = F.interpolate(x, size=target, mode=LINEAR[dims], align_corners=corners)
            assert torch.allclose(native, resize(x, target, "linear", corners)), ("linear", x.shape, target, corners)
            done["interpolate linear"] += 1
        if not any(nearest_differs(m, t) for m, t in zip(x.shape[2:], target)):
            native = F.interpolate(x, size=target, mode="nearest")
            assert torch.equal(native, resize(x, target, "nearest")), ("nearest", x.shape, target)
            done["interpolate nearest"] += 1
            plane = x if dims == 2 else x.flatten(2).unsqueeze(2)
            goal = target if dims == 2 else [1, rng.randint(1, 3 * plane.shape[3])]
            native = F.interpolate(plane, size=goal, mode="bicubic", align_corners=corners)
            assert torch.allclose(native, resize(plane, goal, "cubic", corners)), ("bicubic", plane.shape, goal, corners)
            done["interpolate bicubic"] += 1
        m = [rng.randint(1, 2 * n_) for n_ in x.shape[2:]]
        mean, most = x, x
        for axis, (n_, m_) in enumerate(zip(x.shape[2:], m)):
            rows = bins(n_, m_)
            mean = resample(mean, 2 + axis, [{i: Fraction(1, len(row)) for i in row} for row in rows])
            most = torch.stack([most.index_select(2 + axis, torch.tensor(sorted(row))).amax(2 + axis) for row in rows], 2 + axis)
        native = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}[dims](x, m)
        assert torch.allclose(native, mean), ("adaptive_avg_pool", x.shape, m)
        native = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}[dims](x, m)
        assert torch.equal(native, most), ("adaptive_max_pool", x.shape, m)
        done["adaptive pools"] += 1
        f = rng.randint(1, 4)
        for corners in (False, True):
            native = F.interpolate(x, scale_factor=float(f), mode=LINEAR[dims], align_corners=corners)
            assert torch.allclose(native, resize(x, [f * m for m in x.shape[2:]], "linear", corners)), "factor"
            done["interpolate factor"] += 1
        x = torch.randn([1, 1, *n2], dtype=torch.float64)
        native = F.pixel_shuffle(x.repeat(1, f * f, 1, 1), f)
        assert torch.equal(native, resize(x, [f * m for m in n2], "nearest")), "pixel_shuffle"
        done["pixel_shuffle"] += 1

    first = matrix_cases()[0]
    assert first["conv"] == [[122, 148], [126, 134]]
    assert first["transposed_of_conv"] == [[122, 636, 714, 148], [248, 1274, 1620, 578],
                                           [492, 1448, 1480, 550], [378, 780, 528, 134]]
    other = matrix_case([[1, 4, 1], [1, 4, 3], [3, 3, 1]], np.pad([[2, 1], [4, 4]], 1), [1, 1], [0, 0], [1, 1])
    cut = [row[1:5] for row in other["transposed"][1:5]]
    assert cut == [[2, 9, 6, 1], [6, 29, 30, 7], [10, 29, 33, 13], [12, 24, 16, 4]]
    for name, count in sorted(done.items()):
        print(f"{count:6} {name}")
    print("all equal")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed; the others follow")
    parser.add_argument("--count", type=int, default=400, help="how many cases")
    parser.add_argument("--further", action="store_true", help="networks of the further operations")
    parser.add_argument("--out", help="file to write the cases to (JSON lines)")
    parser.add_argument("--verify", metavar="FILE", help="recompute the cases of a file")
    parser.add_argument("--show", metavar="FILE", help="print the facts of a network file")
    parser.add_argument("--matrix", metavar="FILE", help="write the convolution matrices' cases")
    parser.add_argument("--selftest", action="store_true", help="check the building blocks against torch's own")
    args = parser.parse_args()
    if not (args.out or args.verify or args.show or args.matrix or args.selftest):
        parser.error("nothing to do: give --out, --verify, --show, --matrix or --selftest")
    if args.selftest:
        selftest()
    if args.out:
        with open(args.out, "w", encoding="utf-8") as out:
            for seed in range(args.seed, args.seed + args.count):
                out.write(json.dumps(case(seed, FURTHER if args.further else KINDS)) + "\n")
    if args.matrix:
        cases = ",\n".join(json.dumps(c) for c in matrix_cases())
        with open(args.matrix, "w", encoding="utf-8") as out:
            out.write(f"[\n{cases}\n]\n")
    if args.show:
        with open(args.show, encoding="utf-8") as file:
            print(json.dumps(facts(Network(file.read())), indent=2))
    return 0 if args.verify is None or verify(args.verify) else 1


if __name__ == "__main__":
    sys.exit(main())
