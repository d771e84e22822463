"""The nodes after the network in a detector's file: from maps to boxes, and suppression.

Written node by node: a traced decoding carries two hundred shape computations, each of which
costs as much as a small convolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

LOWEST_SCORE = 0.05
"""Boxes below it are not even suppressed: they cost time and nobody asks for them."""

MOST_OVERLAP = 0.45
MOST_PLATES = 60
SMALLEST_LOG, LARGEST_LOG = -5.0, 4.0
"""Bounds of a box's logarithmic size, as in the network's own decoding."""

Values = dict[str, npt.NDArray[np.generic]]


def append_boxes(
    graph: onnx.GraphProto, maps: Sequence[str], strides: Sequence[int], reach: float
) -> None:
    """From `maps` (each 1 x 5 x h x w: x and y from the cell's lower right corner in strides,
    logarithms of width and height, logit) to `boxes` (1 x N x 4: corners in input pixels) and
    `scores` (1 x 1 x N). A box of logarithms 0 is `reach` strides wide and high."""
    constants: Values = {
        "rows_axis": np.array(0, np.int64),
        "columns_axis": np.array(1, np.int64),
        "flat_cells": np.array([1, 3, -1], np.int64),
        "flat_maps": np.array([1, 5, -1], np.int64),
        "cell_parts": np.array([2, 1], np.int64),
        "map_parts": np.array([2, 2, 1], np.int64),
        "smallest_log": np.array(SMALLEST_LOG, np.float32),
        "largest_log": np.array(LARGEST_LOG, np.float32),
        "half_reach": np.array(reach / 2, np.float32),
    }
    _add(graph, constants)
    for name, stride in zip(maps, strides, strict=True):
        graph.node.extend(_cells(name, stride))
    graph.node.extend(_corners(maps))


def append_suppression(graph: onnx.GraphProto) -> None:
    """From `boxes` and `scores` to the seven-column table `detections`."""
    constants: Values = {
        "most_plates": np.array([MOST_PLATES], np.int64),
        "most_overlap": np.array([MOST_OVERLAP], np.float32),
        "lowest_score": np.array([LOWEST_SCORE], np.float32),
        "column_0": np.array([0], np.int64),
        "column_1": np.array([1], np.int64),
        "batch_and_cell": np.array([0, 2], np.int64),
    }
    _add(graph, constants)
    graph.node.extend(_suppression_nodes())


def _add(graph: onnx.GraphProto, constants: Values) -> None:
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in constants.items())


def _cells(name: str, stride: int) -> list[NodeProto]:
    """A map as 1 x 5 x n, and of each cell the far corner's x and y and the stride, 1 x 3 x n.

    Summing up the stride along rows and columns counts the cells.
    """
    node = helper.make_node
    fill = helper.make_tensor(f"{name}_stride", TensorProto.FLOAT, [1], [float(stride)])
    strides, xs, ys = f"{name}_strides", f"{name}_xs", f"{name}_ys"
    return [
        node("Shape", [name], [f"{name}_size"], start=2, end=4),
        node("ConstantOfShape", [f"{name}_size"], [strides], value=fill),
        node("CumSum", [strides, "columns_axis"], [xs]),
        node("CumSum", [strides, "rows_axis"], [ys]),
        node("Concat", [xs, ys, strides], [f"{name}_stacked"], axis=0),
        node("Reshape", [f"{name}_stacked", "flat_cells"], [f"{name}_cells"]),
        node("Reshape", [name, "flat_maps"], [f"{name}_flat"]),
    ]


def _corners(maps: Sequence[str]) -> list[NodeProto]:
    node = helper.make_node
    return [
        node("Concat", [f"{name}_cells" for name in maps], ["all_cells"], axis=2),
        node("Concat", [f"{name}_flat" for name in maps], ["all_values"], axis=2),
        node("Split", ["all_cells", "cell_parts"], ["corner", "stride"], axis=1),
        node("Split", ["all_values", "map_parts"], ["shift", "logs", "logits"], axis=1),
        node("Mul", ["shift", "stride"], ["shift_pixels"]),
        node("Add", ["shift_pixels", "corner"], ["centre"]),
        node("Clip", ["logs", "smallest_log", "largest_log"], ["bounded_logs"]),
        node("Exp", ["bounded_logs"], ["factors"]),
        node("Mul", ["stride", "half_reach"], ["half_stride"]),
        node("Mul", ["factors", "half_stride"], ["half"]),
        node("Sub", ["centre", "half"], ["upper_left"]),
        node("Add", ["centre", "half"], ["lower_right"]),
        node("Concat", ["upper_left", "lower_right"], ["corners"], axis=1),
        node("Transpose", ["corners"], ["boxes"], perm=[0, 2, 1]),
        node("Sigmoid", ["logits"], ["scores"]),
    ]


def _suppression_nodes() -> list[NodeProto]:
    node = helper.make_node
    thresholds = ["most_plates", "most_overlap", "lowest_score"]
    columns = ["batch_column", "kept_boxes", "class_column", "score_column"]
    return [
        # Rows of (batch, class, cell) that survive.
        node("NonMaxSuppression", ["boxes", "scores", *thresholds], ["kept"]),
        node("Gather", ["kept", "batch_and_cell"], ["kept_cells"], axis=1),
        node("GatherND", ["boxes", "kept_cells"], ["kept_boxes"]),
        node("GatherND", ["scores", "kept"], ["kept_scores"]),
        node("Unsqueeze", ["kept_scores", "column_1"], ["score_column"]),
        node("Gather", ["kept", "column_0"], ["batch_index"], axis=1),
        node("Cast", ["batch_index"], ["batch_column"], to=TensorProto.FLOAT),
        node("Gather", ["kept", "column_1"], ["class_index"], axis=1),
        node("Cast", ["class_index"], ["class_column"], to=TensorProto.FLOAT),
        node("Concat", columns, ["detections"], axis=1),
    ]
