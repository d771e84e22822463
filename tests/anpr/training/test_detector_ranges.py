"""8 bits span the largest answer that any picture draws from a unit."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")

from anpr.training.detector_net import ConvUnit, PlateNet  # noqa: E402
from anpr.training.detector_ranges import LEAST, as_input, observed_ranges  # noqa: E402

DARK = np.full((64, 96, 3), 10, np.uint8)
LOUD = np.random.default_rng(4).integers(0, 255, (64, 96, 3), np.uint8)


@pytest.fixture(scope="module")
def net() -> PlateNet:
    torch.manual_seed(5)
    return PlateNet().eval()


def test_every_unit_has_a_range_and_an_entry_one_for_each_half(net: PlateNet) -> None:
    ranges = observed_ranges(net, [LOUD])

    units = {name for name, module in net.named_modules() if isinstance(module, ConvUnit)}
    assert ranges.keys() == units
    assert all(len(r) == (2 if name.endswith("entry") else 1) for name, r in ranges.items())


def test_a_range_is_the_largest_of_all_pictures_and_not_their_mean(net: PlateNet) -> None:
    quiet, loud = (observed_ranges(net, [one])["backbone.stem"][0] for one in (DARK, LOUD))

    both = observed_ranges(net, [DARK, LOUD, DARK])["backbone.stem"][0]

    assert quiet != pytest.approx(loud)
    assert both == max(quiet, loud)


def test_a_unit_that_never_answered_still_spans_something() -> None:
    net = PlateNet().eval()
    torch.nn.init.constant_(net.backbone.stem[1].bias, -1e6)

    assert observed_ranges(net, [LOUD])["backbone.stem"] == (LEAST,)


def test_observing_leaves_no_observer_behind(net: PlateNet) -> None:
    observed_ranges(net, [DARK])

    assert not any(module._forward_hooks for module in net.modules())


def test_bytes_become_red_green_and_blue_from_0_to_1() -> None:
    blue = np.zeros((1, 2, 2, 3), np.uint8)
    blue[..., 0] = 255

    assert as_input(blue)[0, :, 0, 0].tolist() == [0.0, 0.0, 1.0]
