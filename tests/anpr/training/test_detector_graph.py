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
from anpr.training.detector_net import PlateNet  # noqa: E402
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
        torch.nn.init.normal_(head.box.weight, std=0.3)
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


def test_every_cell_of_every_map_says_what_the_networks_map_says(net: PlateNet) -> None:
    for in_bytes, exact in zip(_maps_in_bytes(net), _maps(net), strict=True):
        spread = exact.std(axis=1)
        assert spread.min() > 0.01
        assert np.all(np.abs(in_bytes - exact).mean(axis=1) < 0.1 * spread)


def test_its_boxes_and_scores_are_the_networks(net: PlateNet) -> None:
    with torch.no_grad():
        logits, boxes = net(as_input(PICTURE[None]))
    told = np.column_stack((boxes[0].numpy(), logits.sigmoid()[0].numpy()))

    table = _table(net)

    assert len(table) > 3
    assert table[0, 6] == pytest.approx(told[:, 4].max(), abs=0.03)
    for row in table:
        off = np.abs(told - row[[1, 2, 3, 4, 6]]) / (2.0, 2.0, 2.0, 2.0, 0.05)
        assert off.max(axis=1).min() < 1.0


def test_nothing_is_added_at_run_time(net: PlateNet) -> None:
    nodes = integer_graph(net, observed_ranges(net, [PICTURE])).graph.node
    last = max(i for i, node in enumerate(nodes) if node.op_type == "Gemm")

    assert not any(node.op_type in ("Add", "QLinearAdd") for node in nodes[:last])


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


def _maps(net: PlateNet) -> list[np.ndarray]:
    """Each head's answer, 5 x cells, as the graph tells it."""
    with torch.no_grad():
        features = net.neck(net.backbone(as_input(PICTURE[None])))
        answers = [head(x) for head, x in zip(net.heads, features, strict=True)]
    maps = [torch.cat((boxes, logits), dim=1)[0].flatten(1).numpy() for logits, boxes in answers]
    for one in maps:
        one[:2] -= 0.5
    return maps


def _maps_in_bytes(net: PlateNet) -> list[np.ndarray]:
    model = integer_graph(net, observed_ranges(net, [PICTURE]))
    names = [node.output[0] for node in model.graph.node if node.op_type == "Gemm"]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(one) for one in session.run(names, {"picture": PICTURE[None]})]


def _table(net: PlateNet) -> np.ndarray:
    model = integer_graph(net, observed_ranges(net, [PICTURE])).SerializeToString()
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"picture": PICTURE[None]})[0])
