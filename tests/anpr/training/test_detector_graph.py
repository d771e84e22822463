"""The file that is exported computes what the trained network computes."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")

from anpr.training.detector_export import export  # noqa: E402
from anpr.training.detector_net import PlateNet  # noqa: E402

SIDE = 128


@pytest.fixture(scope="module")
def net() -> object:
    """Untrained, but with every weight in use, and sure of some cells."""
    torch.manual_seed(3)
    net = PlateNet().eval()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    for head in net.heads:
        torch.nn.init.normal_(head.box.bias, std=0.5)
        torch.nn.init.normal_(head.score.weight, std=0.5)
        torch.nn.init.constant_(head.score.bias, -1.0)
    return net


def test_its_boxes_and_scores_are_the_networks(net: object, tmp_path: Path) -> None:
    picture = np.random.default_rng(1).random((1, 3, SIDE, SIDE), np.float32)
    with torch.no_grad():
        logits, boxes = net(torch.from_numpy(picture))  # type: ignore[operator]
    scores = logits.sigmoid()[0].numpy()
    session = ort.InferenceSession(str(export(net, tmp_path / "net.onnx", SIDE)))  # type: ignore[arg-type]
    table = session.run(None, {"images": picture})[0]

    told = np.column_stack((boxes[0].numpy(), scores))

    assert len(table) > 3
    assert table[0, 6] == pytest.approx(scores.max(), abs=1e-4)
    for row in table:
        assert np.abs(told - row[[1, 2, 3, 4, 6]]).max(axis=1).min() < 1e-2


def test_exporting_leaves_the_network_as_it_was(net: object, tmp_path: Path) -> None:
    before = [name for name, _ in net.named_modules()]  # type: ignore[attr-defined]
    export(net, tmp_path / "net.onnx", SIDE)  # type: ignore[arg-type]

    assert [name for name, _ in net.named_modules()] == before  # type: ignore[attr-defined]
