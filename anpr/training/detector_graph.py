"""A trained detector as a graph of whole numbers, written for ONNX Runtime's 8-bit convolutions.

A general exporter and quantiser leave the first convolution in floating point with three
conversions behind it, give every answer a scale of its own so that putting maps side by side
computes each number anew, and change between two orders of memory. Here everything is 8 bits and
channels last from the picture to the heads, and what can be told beforehand lies in the weights:

- Maps are put side by side as they are; a convolution's weights carry each map's scale.
- A block's shortcut, worked + second, goes into a convolution that also sees `worked`: its weights
  for the sum count for both, and nothing is added at run time.
- The first convolution works out two cells at once from a view of the same pixels: with three
  channels it would copy nine bytes at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper
from torch import nn

from anpr.detection.detector_session import STEP_KEY
from anpr.training.detector_boxes import HeadMap, Values, as_initializers, box_nodes
from anpr.training.detector_net import (
    BOX_REACH,
    STRIDES,
    WIDTHS,
    ConvUnit,
    Head,
    Neck,
    PlateNet,
    SplitBlock,
)
from anpr.training.detector_ranges import Ranges

OPSET = 17
RUNTIME = "com.microsoft"
"""ONNX Runtime's own operators, of which one is used: the convolution with channels last."""
PIXEL = 1 / 255
LARGEST_WEIGHT, LARGEST_ANSWER, LARGEST_BIAS = 127, 255, 2**30
SMALLEST_STEP = 1e-12

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """A map of bytes, 1 x rows x columns x channels, from zero up."""

    name: str
    channels: int
    scale: float
    """What one step of a byte is worth."""


def integer_graph(net: PlateNet, ranges: Ranges) -> onnx.ModelProto:
    """The 8-bit ONNX model of a detector.

    Input `picture` (uint8, 1 x height x width x 3, blue, green, red; sides multiples of the
    coarsest stride); output `detections` as `detector_boxes` gives it.

    `ranges` are the largest answers of the network's units (`detector_ranges`).
    """
    graph = _Graph(ranges, {module: name for name, module in net.named_modules()})
    maps = _backbone(graph, net)
    heads = zip(net.heads, _neck(graph, net.neck, maps), STRIDES, strict=True)
    return graph.finished([_head(graph, *head) for head in heads])


class _Graph:
    """Nodes and constants so far."""

    def __init__(self, ranges: Ranges, names: dict[nn.Module, str]) -> None:
        self._ranges, self._names = ranges, names
        self._nodes: list[onnx.NodeProto] = []
        self._constants: Values = {}

    def node(self, kind: str, inputs: Sequence[str], **options: Any) -> str:
        """Add an operator with one output; returns the output's name."""
        output = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output

    def constant(self, value: npt.ArrayLike, kind: type[np.generic]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants[name] = np.asarray(value, kind)
        return name

    def shaped(self, x: str, *sizes: int) -> str:
        """`x` in another shape: 0 keeps a size, -1 is what remains."""
        return self.node("Reshape", [x, self.constant(sizes, np.int64)])

    def beside(self, names: Sequence[str], axis: int = 3) -> str:
        return names[0] if len(names) == 1 else self.node("Concat", names, axis=axis)

    def largest(self, unit: ConvUnit, part: int = 0) -> float:
        return self._ranges[self._names[unit]][part]

    def convolved(
        self, x: str, kernel: Weights, bias: Weights, largest: float, **options: Any
    ) -> str:
        """A convolution of bytes, rectified and rounded to bytes of which 255 is `largest`.

        `kernel` (out, in, rows, columns) and `bias` are for the input's bytes as they are.
        """
        steps = np.abs(kernel).reshape(len(kernel), -1).max(axis=1) / LARGEST_WEIGHT
        # A channel that looks at nothing still has its bias, which must fit 32 bits.
        steps = np.maximum(steps, np.maximum(np.abs(bias) / LARGEST_BIAS, SMALLEST_STEP))
        whole = np.rint(kernel / steps[:, None, None, None])
        inputs = [
            x, self.constant(1.0, np.float32), self.constant(0, np.uint8),
            self.constant(whole, np.int8), self.constant(steps, np.float32),
            self.constant(np.zeros(len(kernel)), np.int8),
            self.constant(largest / LARGEST_ANSWER, np.float32), self.constant(0, np.uint8),
            self.constant(np.rint(bias / steps), np.int32),
        ]  # fmt: skip
        shape = list(kernel.shape[2:])
        return self.node(
            "QLinearConv", inputs, domain=RUNTIME, channels_last=1, kernel_shape=shape, **options
        )

    def finished(self, maps: Sequence[HeadMap]) -> onnx.ModelProto:
        nodes, constants = box_nodes(maps, BOX_REACH)
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            [*self._nodes, *nodes],
            "detector",
            [value("picture", TensorProto.UINT8, [1, "height", "width", 3])],
            [value("detections", TensorProto.FLOAT, ["plates", 7])],
            as_initializers({**self._constants, **constants}),
        )
        versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8)
        helper.set_model_props(model, {STEP_KEY: str(STRIDES[-1])})
        onnx.checker.check_model(model)
        return model


def _backbone(graph: _Graph, net: PlateNet) -> list[list[Part]]:
    """Maps at strides 8, 16 and 32."""
    x = [_stem(graph, net.backbone.stem)]
    maps = []
    for stage in net.backbone.stages:
        x = _block(graph, stage[1], [_unit(graph, stage[0], x)])
        maps.append(x)
    return maps[1:]


def _stem(graph: _Graph, unit: ConvUnit) -> Part:
    """The first convolution, two cells at once, from pixels four by four."""
    kernel, bias = folded(unit)
    fours = graph.shaped("picture", 0, 0, -1, 12)
    largest = graph.largest(unit)
    pairs = graph.convolved(
        fours, two_cells(kernel[:, ::-1] * np.float32(PIXEL)), np.tile(bias, 2), largest,
        strides=[2, 1], pads=[1, 1, 0, 0],
    )  # fmt: skip
    return Part(graph.shaped(pairs, 0, 0, -1, WIDTHS[0]), WIDTHS[0], largest / LARGEST_ANSWER)


def two_cells(kernel: Weights) -> Weights:
    """A 3x3 kernel of stride 2 as one that sees four pixels as one and gives two cells as one.

    (out, in, 3, 3) becomes (2 out, 4 in, 3, 2): a cell's columns begin one pixel left of it, so the
    first cell needs the last pixel of the four before.
    """
    out, channels = kernel.shape[:2]
    wide = np.zeros((2, out, 4, channels, 3, 2), np.float32)
    for cell in range(2):
        for column in range(3):
            pixel = 2 * cell + column - 1
            wide[cell, :, pixel % 4, :, :, int(pixel >= 0)] = kernel[:, :, :, column]
    return wide.reshape(2 * out, 4 * channels, 3, 2)


def _unit(graph: _Graph, unit: ConvUnit, parts: Sequence[Part]) -> Part:
    kernel, bias = folded(unit)
    return _part(graph, unit, kernel, bias, parts, graph.largest(unit))


def _part(
    graph: _Graph, unit: ConvUnit, kernel: Weights, bias: Weights, parts: Sequence[Part],
    largest: float,
) -> Part:  # fmt: skip
    """A convolution like `unit` with these weights, over parts side by side."""
    scales = np.concatenate([np.full(part.channels, part.scale, np.float32) for part in parts])
    convolution = unit[0]
    name = graph.convolved(
        graph.beside([part.name for part in parts]), kernel * scales[:, None, None], bias, largest,
        strides=list(convolution.stride), pads=list(convolution.padding) * 2,
    )  # fmt: skip
    return Part(name, len(kernel), largest / LARGEST_ANSWER)


def _block(graph: _Graph, block: SplitBlock, x: Sequence[Part]) -> list[Part]:
    """A block's answer; its entry is two convolutions, for cutting a map costs more than that."""
    kernel, bias = folded(block.entry)
    half = len(kernel) // 2
    kept, worked = (
        _part(graph, block.entry, kernel[half * i :][:half], bias[half * i :][:half], x,
              graph.largest(block.entry, i))
        for i in range(2)
    )  # fmt: skip
    second = _unit(graph, block.second, [_unit(graph, block.first, [worked])])
    kernel, bias = folded(block.exit)
    kernel[:, half : 2 * half] += kernel[:, 2 * half :]  # the shortcut
    largest = graph.largest(block.exit)
    return [_part(graph, block.exit, kernel, bias, [kept, worked, second], largest)]


def _neck(graph: _Graph, neck: Neck, maps: Sequence[list[Part]]) -> list[list[Part]]:
    fine, middle, coarse = (
        [_unit(graph, lateral, x)] for lateral, x in zip(neck.lateral, maps, strict=True)
    )
    middle = _block(graph, neck.down[0], middle + _doubled(graph, coarse))
    fine = _block(graph, neck.down[1], fine + _doubled(graph, middle))
    middle = _block(graph, neck.up[0], [*middle, _unit(graph, neck.stride[0], fine)])
    coarse = _block(graph, neck.up[1], [*coarse, _unit(graph, neck.stride[1], middle)])
    return [fine, middle, coarse]


def _doubled(graph: _Graph, parts: Sequence[Part]) -> list[Part]:
    """Each cell four times: the general resizing works out every number's place anew."""
    (part,) = parts
    rows = graph.shaped(part.name, -1, 1, 0, part.channels)
    tall = graph.beside([rows, rows], axis=1)
    wide = graph.shaped(graph.beside([tall, tall]), 1, -1, 0, 2 * part.channels)
    return [Part(graph.shaped(wide, 0, 0, -1, part.channels), part.channels, part.scale)]


def _head(graph: _Graph, head: Head, x: Sequence[Part], stride: int) -> HeadMap:
    """The trunk in bytes, the last layer in floating point: a 640-pixel box needs more."""
    trunk = _unit(graph, head.trunk, x)
    size = graph.node("Shape", [trunk.name], start=1, end=3)
    cells = graph.node("Cast", [graph.shaped(trunk.name, -1, trunk.channels)], to=TensorProto.FLOAT)
    layers = (head.box, head.score)
    kernel = np.concatenate([_array(layer.weight)[:, :, 0, 0] for layer in layers]) * trunk.scale
    bias = np.concatenate([_array(layer.bias) for layer in layers])
    bias[:2] -= 0.5  # told from the cell's lower right corner
    told = [graph.constant(weights, np.float32) for weights in (kernel, bias[:, None])]
    return HeadMap(graph.node("Gemm", [told[0], cells, told[1]], transB=1), size, stride)


def folded(unit: ConvUnit) -> tuple[Weights, Weights]:
    """Kernel (out, in, rows, columns) and bias of a convolution and its batch normalisation."""
    convolution, norm = unit[0], unit[1]
    gain = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
    bias = _array(norm.bias) - _array(norm.running_mean) * gain
    return _array(convolution.weight) * gain[:, None, None, None], bias


def _array(weights: Any) -> Weights:
    return np.array(weights.detach().float().numpy())
