"""A trained recogniser as a lean ONNX graph.

A general exporter spells normalisation and attention out in some four hundred nodes and computes
their shapes anew at every call; here each is one operator of ONNX Runtime, the batch normalisation
lies in the convolutions' weights, and the slots' queries, which no picture changes, are multiplied
into the keys beforehand. Between the attentions tokens are rows of one matrix, whatever picture
they belong to: a product with its bias is then one operator, in 8 bits too.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from anpr.training.recogniser_data import ALPHABET, HEIGHT, REGIONS, SLOTS, WIDTH
from anpr.training.recogniser_model import (
    CHANNELS,
    HEADS,
    OFFSET,
    SCALE,
    TOKEN_COLUMNS,
    TOKEN_ROWS,
)
from anpr.training.recogniser_net import (
    Attention,
    Block,
    Convolution,
    Recogniser,
    Refinement,
    Slots,
)

OPSET = 17
TOKENS = TOKEN_ROWS * TOKEN_COLUMNS
RUNTIME = "com.microsoft"
"""ONNX Runtime's own operators, of which one is used: attention over several heads."""
Weights = NDArray[np.float32]


def lean_graph(model: Recogniser, under_tokens: nn.Linear) -> onnx.ModelProto:
    """The ONNX model of a recogniser.

    Input `input` (uint8, n x height x width x 3); outputs `plate` (n x slots x characters),
    `region` (n x countries) and `tokens` (n x rows x columns x characters), all softmaxed.
    `under_tokens` tells the character under each token (`Hints.character`).
    """
    graph = _Graph()
    tokens = _tokens(graph, model)
    for block in model.encoder:
        tokens = _block(graph, block, tokens, TOKENS)
    reduced = _reduced(graph, model.slots, graph.shaped(tokens, TOKENS, CHANNELS))
    slots = _block(graph, model.after, graph.shaped(reduced, CHANNELS), SLOTS)
    characters = graph.shaped(graph.dense(model.characters, slots), SLOTS, len(ALPHABET))
    graph.node("Softmax", [characters], "plate", axis=-1)
    countries = graph.dense(model.countries, _pooled(graph, model.weighing, slots))
    graph.node("Softmax", [countries], "region", axis=-1)
    letters = graph.dense(under_tokens, tokens)
    grid = graph.shaped(letters, TOKEN_ROWS, TOKEN_COLUMNS, len(ALPHABET))
    graph.node("Softmax", [grid], "tokens", axis=-1)
    return graph.finished()


class _Graph:
    """Nodes and weights so far; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.told: list[tuple[str, list[int | str]]] = []
        """What the runtime's own operators give: nobody else can tell their shapes."""

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

    def shaped(self, x: str, *sizes: int) -> str:
        """`x` as n times these sizes."""
        return self.node("Reshape", [x, self.weight(np.array([-1, *sizes], np.int64))])

    def linear(self, kernel: Weights, bias: Weights, rows: str) -> str:
        return self.node("Gemm", [rows, self.weight(kernel), self.weight(bias)])

    def dense(self, layer: nn.Linear, rows: str) -> str:
        return self.linear(_array(layer.weight).T, _array(layer.bias), rows)

    def normalised(self, layer: nn.LayerNorm, x: str) -> str:
        inputs = [x, self.weight(_array(layer.weight)), self.weight(_array(layer.bias))]
        return self.node("LayerNormalization", inputs, axis=-1, epsilon=layer.eps)

    def silu(self, x: str) -> str:
        return self.node("Mul", [x, self.node("Sigmoid", [x])])

    def finished(self) -> onnx.ModelProto:
        value = helper.make_tensor_value_info
        picture = value("input", TensorProto.UINT8, ["n", HEIGHT, WIDTH, 3])
        plate = value("plate", TensorProto.FLOAT, ["n", SLOTS, len(ALPHABET)])
        region = value("region", TensorProto.FLOAT, ["n", len(REGIONS)])
        grid = ["n", TOKEN_ROWS, TOKEN_COLUMNS, len(ALPHABET)]
        tokens = value("tokens", TensorProto.FLOAT, grid)
        graph = helper.make_graph(
            self.nodes, "recogniser", [picture], [plate, region, tokens], self.weights,
            value_info=[value(name, TensorProto.FLOAT, shape) for name, shape in self.told],
        )  # fmt: skip
        versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8)
        onnx.checker.check_model(model)
        return model


def _tokens(graph: _Graph, model: Recogniser) -> str:
    """The convolutions' answer with each token's place added, a row a token."""
    upright = graph.node("Transpose", ["input"], perm=[0, 3, 1, 2])
    x = graph.node("Cast", [upright], to=TensorProto.FLOAT)
    # The offset stays outside of the weights: beside the picture the network sees zeros.
    x = graph.node("Add", [x, graph.weight(np.float32(OFFSET / SCALE))])
    for number, (layer, refinements) in enumerate(zip(model.stem, model.refinements, strict=True)):
        kernel, bias = _folded(layer)
        x = _convolved(graph, kernel * (SCALE if number == 0 else 1.0), bias, layer, x)
        for refinement in refinements:
            x = _refined(graph, refinement, x)
    tokens = graph.node("Transpose", [graph.shaped(x, CHANNELS, TOKENS)], perm=[0, 2, 1])
    placed = graph.node("Add", [tokens, graph.weight(_array(model.places))])
    return graph.shaped(placed, CHANNELS)


def _convolved(graph: _Graph, kernel: Weights, bias: Weights, layer: Convolution, x: str) -> str:
    inputs = [x, graph.weight(kernel), graph.weight(bias)]
    strides = list(layer.convolution.stride)
    return graph.node("Relu", [graph.node("Conv", inputs, strides=strides, auto_pad="SAME_UPPER")])


def _refined(graph: _Graph, layer: Refinement, x: str) -> str:
    kernel, bias = (graph.weight(weights) for weights in _folded(layer))
    added = graph.node("Conv", [x, kernel, bias], auto_pad="SAME_UPPER")
    return graph.node("Relu", [graph.node("Add", [x, added])])


def _folded(layer: Convolution | Refinement) -> tuple[Weights, Weights]:
    """Kernel (out, in, rows, columns) and bias of a convolution and its batch normalisation."""
    norm = layer.normalisation
    gain = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
    bias = _array(norm.bias) - _array(norm.running_mean) * gain
    return _array(layer.convolution.weight) * gain[:, None, None, None], bias


def _block(graph: _Graph, layer: Block, x: str, count: int) -> str:
    """A block over rows of which `count` each belong to one picture."""
    looked = _attended(graph, layer.attention, graph.normalised(layer.before_looking, x), count)
    x = graph.node("Add", [x, looked])
    hidden = graph.silu(graph.dense(layer.wide, graph.normalised(layer.before_thinking, x)))
    return graph.node("Add", [x, graph.silu(graph.dense(layer.narrow, hidden))])


def _attended(graph: _Graph, attention: Attention, x: str, count: int) -> str:
    """Self-attention: one product gives queries, keys and values."""
    parts = (attention.query, attention.key, attention.value)
    kernel = np.concatenate([_array(p.weight).T for p in parts], axis=1)
    bias = np.concatenate([_array(p.bias) for p in parts])
    product = graph.shaped(graph.linear(kernel, bias, x), count, kernel.shape[1])
    names = [f"{product}_{part}" for part in ("query", "key", "value")]
    sizes = graph.weight(np.array([kernel.shape[1] // 3] * 3, np.int64))
    graph.nodes.append(helper.make_node("Split", [product, sizes], names, axis=2))
    seen = graph.node("MultiHeadAttention", names, domain=RUNTIME, num_heads=HEADS)
    graph.told.append((seen, ["n", count, CHANNELS]))
    return graph.dense(attention.output, graph.shaped(seen, CHANNELS))


def _reduced(graph: _Graph, layer: Slots, tokens: str) -> str:
    """The slots: what each learned query sees among the tokens, n x slots x channels.

    A head's score of a token is (query W_q) . (token W_k), which is one vector a query and head
    times the token; the keys' bias moves all of a query's scores alike and so says nothing. Its
    answer is the values' weights applied to the tokens' weighted mean, for the shares sum to 1.
    """
    attention, queries = layer.attention, _array(layer.queries)[0]
    heads, (slots, channels) = HEADS, queries.shape
    asked = queries @ _array(attention.query.weight).T + _array(attention.query.bias)
    keys = _array(attention.key.weight).reshape(heads, -1, channels)
    asked = np.einsum("qhd,hdw->hqw", asked.reshape(slots, heads, -1), keys)
    asked = asked.reshape(heads * slots, channels) * float(channels // heads) ** -0.5
    columns = graph.node("Transpose", [tokens], perm=[0, 2, 1])
    shares = graph.node("Softmax", [graph.node("MatMul", [graph.weight(asked), columns])], axis=-1)
    means = graph.shaped(graph.node("MatMul", [shares, tokens]), heads, slots, channels)
    # Values and output are two products in a row: one of them, a head each.
    value, output = attention.value, _array(attention.output.weight)
    both = np.einsum("hdw,ohd->hwo", _array(value.weight).reshape(heads, -1, channels),
                     output.reshape(channels, heads, -1))  # fmt: skip
    added = output @ _array(value.bias) + _array(attention.output.bias)
    told = graph.node("MatMul", [means, graph.weight(both)])
    summed = graph.node("ReduceSum", [told, graph.weight(np.array([1], np.int64))], keepdims=0)
    answer = graph.node("Add", [summed, graph.weight(queries + added)])
    return graph.normalised(layer.normalisation, answer)


def _pooled(graph: _Graph, weighing: nn.Linear, slots: str) -> str:
    """The slots' mean by learned weights, n x channels."""
    shares = graph.node("Softmax", [graph.shaped(graph.dense(weighing, slots), 1, SLOTS)], axis=2)
    pooled = graph.node("MatMul", [shares, graph.shaped(slots, SLOTS, CHANNELS)])
    return graph.shaped(pooled, CHANNELS)


def _array(weights: Tensor) -> Weights:
    return np.asarray(weights.detach().float().numpy())
