"""The lean graph of a recogniser reads what its Keras model reads."""

from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

pytest.importorskip("keras", reason="Keras is in the training environment only")

from anpr.training.recogniser_export import float_nodes
from anpr.training.recogniser_graph import lean_graph
from anpr.training.recogniser_loop import build
from anpr.training.recogniser_model import model_config


@pytest.fixture(scope="module")
def model() -> Any:
    """Untrained, with every weight somewhere else than where it begins."""
    rng = np.random.default_rng(5)
    model = build()
    model.set_weights([w + rng.normal(0, 0.05, w.shape) ** 2 for w in model.get_weights()])
    return model


@pytest.fixture(scope="module")
def graph(model: Any) -> Any:
    scaling = model_config()["rescaling"]
    return lean_graph(model, scaling["scale"], scaling["offset"])


def test_characters_and_countries_are_the_models(model: Any, graph: Any) -> None:
    crops = np.random.default_rng(2).integers(0, 256, (3, 64, 128, 3), dtype=np.uint8)
    expected = model.predict(crops, verbose=0)
    session = ort.InferenceSession(graph.SerializeToString())
    plate, region = session.run(["plate", "region"], {"input": crops})

    assert plate == pytest.approx(expected["plate"], abs=1e-5)
    assert region == pytest.approx(expected["region"], abs=1e-5)


def test_attention_and_outputs_are_left_in_floating_point(graph: Any) -> None:
    nodes = {node.name: node for node in graph.graph.node}
    kept = float_nodes(graph)
    quantised = [n for n in nodes.values() if n.op_type in ("Conv", "MatMul")]
    quantised = [n for n in quantised if n.name not in kept]

    assert sum(n.op_type == "Conv" for n in quantised) == 5
    # Two encoder blocks and the slots': queries with keys and values, output, two of the MLP.
    assert sum(n.op_type == "MatMul" for n in quantised) == 3 * 4
