"""A trained recogniser as a lean ONNX graph, the same function as Keras's own export.

That export spells normalisation and attention out in some four hundred nodes and computes their
shapes anew at every call; here each is one operator of ONNX Runtime, the batch normalisation lies
in the convolutions' weights, and the slots' queries, which no picture changes, are multiplied into
the keys beforehand.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from anpr.training.recogniser_data import ALPHABET, HEIGHT, REGIONS, SLOTS, WIDTH
from anpr.training.recogniser_model import TOKEN_COLUMNS, TOKEN_ROWS

OPSET = 17
RUNTIME = "com.microsoft"
"""ONNX Runtime's own operators, of which one is used: attention over several heads."""
Weights = NDArray[np.float32]


def lean_graph(model: Any, scale: float, offset: float) -> onnx.ModelProto:
    """The ONNX model of a Keras `model` of ours, whose input is rescaled by `scale` and `offset`.

    Input `input` (uint8, n x height x width x 3); outputs `plate` (n x slots x characters) and
    `region` (n x countries), both softmaxed.
    """
    graph = _Graph()
    tokens = _tokens(graph, model, scale, offset)
    for layer in _blocks(model, "transformer_block_"):
        tokens = _block(graph, layer, tokens)
    slots = _reduced(graph, model, tokens)
    for layer in _blocks(model, "post_reduce_transformer_block_"):
        slots = _block(graph, layer, slots)
    characters = graph.dense(model.get_layer("plate").classifier, slots)
    graph.node("Softmax", [characters], "plate", axis=-1)
    countries = graph.dense(model.get_layer("region"), _pooled(graph, model, slots))
    graph.node("Softmax", [countries], "region", axis=-1)
    return graph.finished()


class _Graph:
    """Nodes and weights so far; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def node(
        self, kind: str, inputs: Sequence[str], output: str = "", domain: str = "", **options: Any
    ) -> str:
        output = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(kind, inputs, [output], output, domain=domain, **options)
        )
        return output

    def weight(self, values: Any) -> str:
        array = np.asarray(values)
        array = array if array.dtype == np.int64 else array.astype(np.float32)
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def linear(self, kernel: Weights, bias: Weights | None, x: str) -> str:
        product = self.node("MatMul", [x, self.weight(kernel)])
        return product if bias is None else self.node("Add", [product, self.weight(bias)])

    def dense(self, layer: Any, x: str) -> str:
        return self.linear(_array(layer.kernel), _array(layer.bias), x)

    def normalised(self, layer: Any, x: str) -> str:
        inputs = [x, self.weight(_array(layer.gamma)), self.weight(_array(layer.beta))]
        return self.node("LayerNormalization", inputs, axis=-1, epsilon=float(layer.epsilon))

    def silu(self, x: str) -> str:
        return self.node("Mul", [x, self.node("Sigmoid", [x])])

    def finished(self) -> onnx.ModelProto:
        value = helper.make_tensor_value_info
        picture = value("input", TensorProto.UINT8, ["n", HEIGHT, WIDTH, 3])
        plate = value("plate", TensorProto.FLOAT, ["n", SLOTS, len(ALPHABET)])
        region = value("region", TensorProto.FLOAT, ["n", len(REGIONS)])
        graph = helper.make_graph(
            self.nodes, "recogniser", [picture], [plate, region], self.weights
        )
        versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8)
        onnx.checker.check_model(model)
        return model


def _blocks(model: Any, prefix: str) -> list[Any]:
    return [layer for layer in model.layers if layer.name.startswith(prefix)]


def _tokens(graph: _Graph, model: Any, scale: float, offset: float) -> str:
    """The convolutions' answer with each token's place added, n x tokens x width."""
    upright = graph.node("Transpose", ["input"], perm=[0, 3, 1, 2])
    x = graph.node("Cast", [upright], to=TensorProto.FLOAT)
    # The offset stays outside of the weights: beside the picture the network sees zeros.
    x = graph.node("Add", [x, graph.weight(np.float32(offset / scale))])
    layers = model.get_layer("conv_stem").layers
    for number in range(0, len(layers), 3):
        kernel, bias = _folded(layers[number], layers[number + 1])
        x = _convolved(graph, kernel * (scale if number == 0 else 1.0), bias, layers[number], x)
    shape = graph.weight(np.array([0, 0, TOKEN_ROWS * TOKEN_COLUMNS], np.int64))
    rows = graph.node("Transpose", [graph.node("Reshape", [x, shape])], perm=[0, 2, 1])
    places = _array(model.get_layer("pos_emb").position_embeddings)
    return graph.node("Add", [rows, graph.weight(places)])


def _convolved(graph: _Graph, kernel: Weights, bias: Weights, layer: Any, x: str) -> str:
    inputs = [x, graph.weight(kernel), graph.weight(bias)]
    folded = graph.node("Conv", inputs, strides=list(layer.strides), auto_pad="SAME_UPPER")
    return graph.node("Relu", [folded])


def _folded(convolution: Any, normalisation: Any) -> tuple[Weights, Weights]:
    """Kernel (out, in, rows, columns) and bias of a convolution and its batch normalisation."""
    spread = np.sqrt(_array(normalisation.moving_variance) + normalisation.epsilon)
    gain = _array(normalisation.gamma) / spread
    bias = _array(normalisation.beta) - _array(normalisation.moving_mean) * gain
    return (_array(convolution.kernel) * gain).transpose(3, 2, 0, 1), bias


def _block(graph: _Graph, layer: Any, x: str) -> str:
    looked = _attended(graph, layer.attn, graph.normalised(layer.norm1, x))
    x = graph.node("Add", [x, looked])
    wide, narrow = layer.mlp.dense_layers
    thought = graph.silu(graph.dense(wide, graph.normalised(layer.norm2, x)))
    return graph.node("Add", [x, graph.silu(graph.dense(narrow, thought))])


def _attended(graph: _Graph, attention: Any, x: str) -> str:
    """Self-attention: one product gives queries, keys and values."""
    parts = (attention._query_dense, attention._key_dense, attention._value_dense)
    kernel = np.concatenate([_matrix(p.kernel, 1) for p in parts], axis=1)
    bias = np.concatenate([_array(p.bias).ravel() for p in parts])
    product = graph.linear(kernel, bias, x)
    names = [f"{product}_{part}" for part in ("query", "key", "value")]
    sizes = graph.weight(np.array([kernel.shape[1] // 3] * 3, np.int64))
    graph.nodes.append(helper.make_node("Split", [product, sizes], names, axis=2))
    heads = int(attention._query_dense.kernel.shape[1])
    seen = graph.node("MultiHeadAttention", names, domain=RUNTIME, num_heads=heads)
    output = attention._output_dense
    return graph.linear(_matrix(output.kernel, 2), _array(output.bias), seen)


def _reduced(graph: _Graph, model: Any, tokens: str) -> str:
    """The slots: what each learned query sees among the tokens, n x slots x width.

    A head's score of a token is (query W_q) . (token W_k), which is one vector a query and head
    times the token; the keys' bias moves all of a query's scores alike and so says nothing. Its
    answer is the values' weights applied to the tokens' weighted mean, for the shares sum to 1.
    """
    reducer = next(layer for layer in model.layers if hasattr(layer, "query_tokens"))
    attention, queries = reducer.attn, _array(reducer.query_tokens)[0]
    asked = np.einsum("qw,whd->hqd", queries, _array(attention._query_dense.kernel))
    asked = asked + _array(attention._query_dense.bias)[:, None, :]
    asked = np.einsum("hqd,whd->hqw", asked, _array(attention._key_dense.kernel))
    heads, slots, width = asked.shape
    asked = asked.reshape(heads * slots, width) * float(attention._key_dim) ** -0.5
    columns = graph.node("Transpose", [tokens], perm=[0, 2, 1])
    shares = graph.node("Softmax", [graph.node("MatMul", [graph.weight(asked), columns])], axis=-1)
    shape = graph.weight(np.array([0, heads, slots, width], np.int64))
    means = graph.node("Reshape", [graph.node("MatMul", [shares, tokens]), shape])
    # Values and output are two products in a row: one of them, a head each.
    value, output = attention._value_dense, attention._output_dense
    both = np.einsum("whd,hdo->hwo", _array(value.kernel), _array(output.kernel))
    added = np.einsum("hd,hdo->o", _array(value.bias), _array(output.kernel)) + _array(output.bias)
    told = graph.node("MatMul", [means, graph.weight(both)])
    summed = graph.node("ReduceSum", [told, graph.weight(np.array([1], np.int64))], keepdims=0)
    answer = graph.node("Add", [summed, graph.weight(queries + added)])
    return graph.normalised(reducer.output_norm, answer)


def _pooled(graph: _Graph, model: Any, slots: str) -> str:
    """The slots' mean by learned weights, n x width."""
    scores = graph.dense(model.get_layer("region_seq_pool").attention, slots)
    shares = graph.node("Transpose", [graph.node("Softmax", [scores], axis=1)], perm=[0, 2, 1])
    pooled = graph.node("MatMul", [shares, slots])
    return graph.node("Squeeze", [pooled, graph.weight(np.array([1], np.int64))])


def _matrix(kernel: Any, inputs: int) -> Weights:
    """A kernel over heads as a matrix; its first `inputs` axes are the input's."""
    array = _array(kernel)
    return array.reshape(int(np.prod(array.shape[:inputs])), -1)


def _array(variable: Any) -> Weights:
    return np.asarray(variable, np.float32)
