"""The 8-bit file computes what the trained network computes, as nearly as bytes can tell."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")
onnx = pytest.importorskip("onnx", reason="onnx is in the training environment only")

from anpr.training.detector_boxes import LOWEST_SCORE  # noqa: E402
from anpr.training.detector_float import FloatNetwork  # noqa: E402
from anpr.training.detector_graph import integer_graph, two_cells  # noqa: E402
from anpr.training.detector_net import PlateNet, SplitBlock  # noqa: E402
from anpr.training.detector_ranges import as_input, observed_ranges  # noqa: E402

HEIGHT, WIDTH = 96, 160
PICTURE = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)


@pytest.fixture(scope="module")
def net() -> PlateNet:
    """Untrained, but with every weight in use, and sure of some cells."""
    torch.manual_seed(3)
    net = PlateNet().eval()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(1.0, 2.0)
    for head in net.heads:
        torch.nn.init.normal_(head.box.bias, std=0.5)
        torch.nn.init.normal_(head.score.weight, std=0.5)
        torch.nn.init.constant_(head.score.bias, -1.0)
    return net


def test_a_kernel_of_two_cells_gives_both_cells_answers() -> None:
    pixels = torch.rand(1, 3, 8, 16)
    kernel = torch.randn(5, 3, 3, 3)
    alone = torch.nn.functional.conv2d(pixels, kernel, stride=2, padding=1)

    # Four neighbouring pixels are one of twelve channels, two neighbouring cells one of ten.
    fours = pixels.reshape(1, 3, 8, 4, 4).permute(0, 4, 1, 2, 3).reshape(1, 12, 8, 4)
    padded = torch.nn.functional.pad(fours, (1, 0, 1, 0))
    wide = torch.from_numpy(two_cells(kernel.numpy()))
    pairs = torch.nn.functional.conv2d(padded, wide, stride=(2, 1))
    together = pairs.reshape(1, 2, 5, 4, 4).permute(0, 2, 3, 4, 1).reshape(1, 5, 4, 8)

    assert torch.allclose(together, alone, atol=1e-5)


def test_its_boxes_and_scores_are_the_networks(net: PlateNet) -> None:
    with torch.no_grad():
        logits, boxes = net(as_input(PICTURE[None]))
    told = np.column_stack((boxes[0].numpy(), logits.sigmoid()[0].numpy()))

    table = _table(net)

    assert len(table) > 3
    for row in table:
        sought = row[[1, 2, 3, 4, 6]]
        off = np.abs(told - sought) / (2.0, 2.0, 2.0, 2.0, 0.05)
        assert off.max(axis=1).min() < 1.0


def test_scores_stay_near_the_networks_own_over_the_whole_picture(net: PlateNet) -> None:
    with torch.no_grad():
        highest = float(net(as_input(PICTURE[None]))[0].sigmoid().max())

    assert _table(net)[0, 6] == pytest.approx(highest, abs=0.03)


def test_a_shortcut_counts_though_nothing_is_added_at_run_time(net: PlateNet) -> None:
    before = _table(net)
    model = integer_graph(net, observed_ranges(net, [PICTURE]))
    silent = PlateNet().eval()
    silent.load_state_dict(net.state_dict())
    for block in silent.modules():
        if isinstance(block, SplitBlock):
            half = block.first[0].in_channels
            # Without what the sum adds: the same as a block that has no shortcut.
            block.exit[0].weight.data[:, half : 2 * half] -= block.exit[0].weight.data[
                :, 2 * half :
            ]

    assert not any(node.op_type in ("Add", "QLinearAdd") for node in model.graph.node[:-30])
    assert not np.allclose(_table(silent)[:3], before[:3], atol=1e-2)


def test_a_channel_that_looks_at_nothing_keeps_its_bias() -> None:
    torch.manual_seed(6)
    net = PlateNet().eval()
    for channel, bias in ((0, 0.5), (1, 30.0)):
        net.backbone.stem[0].weight.data[channel] = 0.0
        net.backbone.stem[1].bias.data[channel] = bias

    graph = integer_graph(net, observed_ranges(net, [PICTURE])).graph

    constants = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    first = next(node for node in graph.node if node.op_type == "QLinearConv")
    steps, biases = constants[first.input[4]], constants[first.input[8]]

    assert np.allclose((biases * steps)[[0, 1, 16, 17]], [0.5, 30.0, 0.5, 30.0], rtol=1e-3)


def test_writing_the_file_leaves_the_network_as_it_was(net: PlateNet) -> None:
    before = {name: weights.clone() for name, weights in net.state_dict().items()}

    integer_graph(net, observed_ranges(net, [PICTURE]))

    assert all(torch.equal(before[name], weights) for name, weights in net.state_dict().items())


def test_a_checkpoint_is_searched_in_floating_point_as_the_file_is_in_bytes(
    net: PlateNet, tmp_path: Path
) -> None:
    torch.save({"average": net.state_dict()}, tmp_path / "checkpoint.pt")

    rows = FloatNetwork(tmp_path / "checkpoint.pt").run(PICTURE, WIDTH)

    table = _table(net)
    assert rows.shape[1] == 5
    assert np.all(np.diff(rows[:, 4]) <= 0)
    assert rows[:, 4].min() >= LOWEST_SCORE
    assert rows[0, 4] == pytest.approx(table[0, 6], abs=0.03)


def _table(net: PlateNet) -> np.ndarray:
    model = integer_graph(net, observed_ranges(net, [PICTURE])).SerializeToString()
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"picture": PICTURE[None]})[0])
