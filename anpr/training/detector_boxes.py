"""The nodes after the network in a detector's file: from maps to boxes, and suppression.

Written node by node: a traced decoding carries two hundred shape computations, each of which
costs as much as a small convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class HeadMap:
    """What a head says of its cells, by the names of two tensors."""

    values: str
    """5 x cells, row by row: x and y from the cell's lower right corner in strides, logarithms of
    width and height, logit."""
    size: str
    """Rows and columns of cells."""
    stride: int
    """Pixels per cell."""


def box_nodes(maps: Sequence[HeadMap], reach: float) -> tuple[list[NodeProto], Values]:
    """Nodes and constants from `maps` to the table `detections` (N x 7: batch, corners in input
    pixels, class, score; best first, overlaps suppressed).

    A box of logarithms 0 is `reach` strides wide and high.
    """
    constants: Values = {
        "rows_axis": np.array(0, np.int64),
        "columns_axis": np.array(1, np.int64),
        "flat_cells": np.array([3, -1], np.int64),
        "cell_parts": np.array([2, 1], np.int64),
        "map_parts": np.array([2, 2, 1], np.int64),
        "smallest_log": np.array(SMALLEST_LOG, np.float32),
        "largest_log": np.array(LARGEST_LOG, np.float32),
        "half_reach": np.array(reach / 2, np.float32),
        "most_plates": np.array([MOST_PLATES], np.int64),
        "most_overlap": np.array([MOST_OVERLAP], np.float32),
        "lowest_score": np.array([LOWEST_SCORE], np.float32),
        "column_0": np.array([0], np.int64),
        "column_1": np.array([1], np.int64),
        "batch_and_cell": np.array([0, 2], np.int64),
    }
    cells = [node for one in maps for node in _cells(one)]
    return [*cells, *_corners(maps), *_suppression()], constants


def _cells(one: HeadMap) -> list[NodeProto]:
    """Of each cell the far corner's x and y and the stride, 3 x n.

    Summing up the stride along rows and columns counts the cells.
    """
    node, name = helper.make_node, one.values
    fill = helper.make_tensor(f"{name}_stride", TensorProto.FLOAT, [1], [float(one.stride)])
    strides, xs, ys = f"{name}_strides", f"{name}_xs", f"{name}_ys"
    return [
        node("ConstantOfShape", [one.size], [strides], value=fill),
        node("CumSum", [strides, "columns_axis"], [xs]),
        node("CumSum", [strides, "rows_axis"], [ys]),
        node("Concat", [xs, ys, strides], [f"{name}_stacked"], axis=0),
        node("Reshape", [f"{name}_stacked", "flat_cells"], [f"{name}_cells"]),
    ]


def _corners(maps: Sequence[HeadMap]) -> list[NodeProto]:
    node = helper.make_node
    return [
        node("Concat", [f"{one.values}_cells" for one in maps], ["all_cells"], axis=1),
        node("Concat", [one.values for one in maps], ["all_values"], axis=1),
        node("Split", ["all_cells", "cell_parts"], ["corner", "stride"], axis=0),
        node("Split", ["all_values", "map_parts"], ["shift", "logs", "logits"], axis=0),
        node("Mul", ["shift", "stride"], ["shift_pixels"]),
        node("Add", ["shift_pixels", "corner"], ["centre"]),
        node("Clip", ["logs", "smallest_log", "largest_log"], ["bounded_logs"]),
        node("Exp", ["bounded_logs"], ["factors"]),
        node("Mul", ["stride", "half_reach"], ["half_stride"]),
        node("Mul", ["factors", "half_stride"], ["half"]),
        node("Sub", ["centre", "half"], ["upper_left"]),
        node("Add", ["centre", "half"], ["lower_right"]),
        node("Concat", ["upper_left", "lower_right"], ["corners"], axis=0),
        node("Transpose", ["corners"], ["rows_of_corners"], perm=[1, 0]),
        node("Unsqueeze", ["rows_of_corners", "column_0"], ["boxes"]),
        node("Sigmoid", ["logits"], ["shares"]),
        node("Unsqueeze", ["shares", "column_0"], ["scores"]),
    ]


def _suppression() -> list[NodeProto]:
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


def as_initializers(values: Values) -> list[onnx.TensorProto]:
    """Named constants as a graph holds them."""
    return [numpy_helper.from_array(value, name) for name, value in values.items()]
