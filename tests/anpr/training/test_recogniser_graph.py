"""The lean graph of a recogniser reads what its network reads."""

from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")

from anpr.training.recogniser_export import float_nodes  # noqa: E402
from anpr.training.recogniser_graph import lean_graph  # noqa: E402
from anpr.training.recogniser_net import Hints, Recogniser  # noqa: E402


@pytest.fixture(scope="module")
def model() -> Any:
    """Untrained, with every weight somewhere else than where it begins."""
    torch.manual_seed(5)
    model = Recogniser(grown=True).eval()
    with torch.no_grad():
        for weights in (*model.parameters(), *model.buffers()):
            if weights.is_floating_point():
                weights.add_(torch.randn_like(weights).mul_(0.05) ** 2)
    return model


@pytest.fixture(scope="module")
def under_tokens() -> Any:
    torch.manual_seed(6)
    return Hints().character


@pytest.fixture(scope="module")
def graph(model: Any, under_tokens: Any) -> Any:
    return lean_graph(model, under_tokens)


def test_it_answers_what_the_network_answers(model: Any, under_tokens: Any, graph: Any) -> None:
    crops = np.random.default_rng(2).integers(0, 256, (3, 64, 128, 3), dtype=np.uint8)
    with torch.no_grad():
        expected = model(torch.from_numpy(crops).permute(0, 3, 1, 2).float())
        under = torch.softmax(under_tokens(expected.encoded), -1).unflatten(1, (4, 32))
    session = ort.InferenceSession(graph.SerializeToString())
    plate, region, tokens = session.run(["plate", "region", "tokens"], {"input": crops})

    assert plate == pytest.approx(torch.softmax(expected.characters, -1).numpy(), abs=1e-5)
    assert region == pytest.approx(torch.softmax(expected.countries, -1).numpy(), abs=1e-5)
    assert tokens == pytest.approx(under.numpy(), abs=1e-5)


def test_attention_and_outputs_are_left_in_floating_point(graph: Any) -> None:
    nodes = {node.name: node for node in graph.graph.node}
    kept = float_nodes(graph)
    quantised = [n for n in nodes.values() if n.op_type in ("Conv", "Gemm")]
    quantised = [n for n in quantised if n.name not in kept]

    assert sum(n.op_type == "Conv" for n in quantised) == 10
    # Three encoder blocks and the slots': queries with keys and values, output, two of the MLP.
    assert sum(n.op_type == "Gemm" for n in quantised) == 4 * 4
