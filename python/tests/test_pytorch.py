"""PyTorch models: what `degrid` says of them is what autograd does."""

from __future__ import annotations

import numpy as np
import pytest

import degrid

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402


def chain(*dilations: int) -> "nn.Sequential":
    return nn.Sequential(*(nn.Conv2d(1, 1, 3, dilation=d, padding=d, bias=False) for d in dilations))


class Net(nn.Module):
    """Strides, branches, a transposed layer and a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 1, 3, stride=2, padding=1, bias=False)
        self.left = chain(1, 2)
        self.right = chain(4)
        self.up = nn.ConvTranspose2d(1, 1, 4, stride=2, padding=1, bias=False)

    def forward(self, image: "torch.Tensor") -> "torch.Tensor":
        stem = self.stem(image)
        return self.up(self.left(stem) + self.right(stem) + stem)


def paths(model: "nn.Module", size: tuple[int, int], unit: tuple[int, int]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Path weights by autograd: all weights are one."""
    model = model.double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    image = torch.zeros(1, 1, *size, dtype=torch.float64, requires_grad=True)
    model(image)[0, 0, unit[0], unit[1]].backward()
    assert image.grad is not None
    return image.grad[0, 0].numpy()


@pytest.mark.parametrize("unit", [(0, 0), (11, 5), (16, 23)])
def test_footprints_are_those_of_autograd(unit: tuple[int, int]) -> None:
    model = Net()
    result = degrid.check(model, (1, 24, 32))
    expected = paths(model, (24, 32), unit)
    assert np.array_equal(result.footprint(unit=unit), expected)
    assert np.array_equal(result.coverage(unit=unit), expected > 0)
    assert result.outputs[0].size == (24, 32)


def test_maps_of_modules() -> None:
    model = Net()
    result = degrid.check(model, (1, 24, 32))
    expected = paths(nn.Sequential(model.stem, model.left), (24, 32), (6, 7))
    assert np.array_equal(result.footprint("left", unit=(6, 7)), expected)
    assert degrid.check(model, (1, 24, 32), at="left").outputs[0].size == (12, 16)
    with pytest.raises(degrid.InvalidInput, match="middle"):
        result.footprint("middle")


def test_a_model_as_a_network_file() -> None:
    traced = degrid.trace(Net(), (1, 24, 32))
    assert traced.title == "Net"
    text = traced.to_toml()
    assert np.array_equal(degrid.show(text).weights, degrid.check(traced).footprint())


def test_shapes_with_and_without_a_batch_and_tensors() -> None:
    answers = {
        degrid.check(chain(2, 2), input).answer.text for input in ((1, 16, 16), (1, 1, 16, 16), [1, 16, 16], torch.Size([1, 1, 16, 16]))
    }
    answers.add(degrid.check(chain(2, 2), input_data=torch.zeros(1, 1, 16, 16)).answer.text)
    assert len(answers) == 1


class Fourier(nn.Module):
    def forward(self, image: "torch.Tensor") -> "torch.Tensor":
        return torch.fft.fft2(image).real


def test_what_is_not_followed_is_said() -> None:
    result = degrid.check(nn.Sequential(chain(1, 2), Fourier(), chain(2)), (1, 16, 16))
    assert [(note.count, note.first) for note in result.unmapped] == [(1, "1")]
    assert result.unmapped[0].message in str(result)
    assert degrid.check(chain(1, 2), (1, 16, 16)).unmapped == ()


def test_one_of_several_inputs() -> None:
    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = chain(2), chain(2)

        def forward(self, left: "torch.Tensor", right: "torch.Tensor") -> "torch.Tensor":
            return self.second(self.first(left) + right)

    shapes = {"left": (1, 16, 16), "right": (1, 16, 16)}
    assert degrid.check(Pair(), shapes).network.receptive_field == (9, 9)
    assert degrid.check(Pair(), shapes, input_name="right").network.receptive_field == (5, 5)


class Two(nn.Module):
    def forward(self, left: "torch.Tensor", right: "torch.Tensor") -> "torch.Tensor":
        return left + right


@pytest.mark.parametrize(
    ("model", "input", "says"),
    [
        (chain(1), None, "such as"),
        (chain(1), (16,), "axes"),
        (chain(1), "16x16", "shape"),
        (Two(), (1, 16, 16), "2 inputs"),
        (nn.Conv2d(3, 4, 3), (1, 16, 16), "channels"),
        (nn.Conv2d, (3, 16, 16), "instance"),
        (nn.Sequential(nn.Flatten(), nn.Linear(16, 2)), (1, 4, 4), "positions"),
    ],
)
def test_bad_input_says_what_to_do(model: "nn.Module", input: object, says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        degrid.check(model, input)
    assert says in str(raised.value)


def test_a_real_model() -> None:
    models = pytest.importorskip("torchvision.models.segmentation")
    model = models.deeplabv3_resnet50(weights=None, weights_backbone=None)
    result = degrid.check(model, (3, 256, 256))
    assert result.ok and result.answer.gridding is False
    assert {finding.rule for finding in result.findings} == {"borrowed-coverage", "degenerate-dilation"}
    layer4 = next(stage for stage in result.stages if stage.name == "backbone.layer4")
    assert layer4.dilations == (2, 4, 4)
    with pytest.raises(AssertionError, match="degenerate-dilation"):
        degrid.assert_clean(model, (3, 256, 256), deny_warnings=True)


def test_pictures_in_a_notebook() -> None:
    result = degrid.check(chain(2, 2), (1, 32, 32))
    html = result._repr_html_()
    assert "gridding on the input" in html and "<svg" in html and "<table>" in html and "error[gridding]" in html.replace("</span>", "")
    # A name is text, whatever it holds.
    other = degrid.check('[[stage]]\nname = "<b>"\ndilations = [1, 2]\n')._repr_html_()
    assert "&lt;b&gt;" in other and "<td><b>" not in other
    # A large picture is one image.
    assert len(degrid.check(chain(1, 2, 5), (1, 2000, 2000))._repr_html_()) < 2_000_000


def test_figures() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    result = degrid.check(chain(2, 2), (1, 32, 32))
    figure = result.plot(unit=(10, 10))
    drawn = figure.axes[0].images[0].get_array()
    assert drawn.shape == (9, 9) and drawn.mask.sum() == 56
    for network in ("[[stage]]\ndilations = [2, 2]\n", "dims = 1\n[[stage]]\ndilations = [2, 2]\n", "dims = 3\n[[stage]]\ndilations = [1, 2]\n"):
        assert degrid.show(network).plot().axes


def test_without_matplotlib_a_notebook_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert isinstance(degrid.check([1, 2]).plot(), degrid.Shown)
