"""Write a trained recogniser as ONNX with fast-plate-ocr's configuration beside it."""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import onnx
import yaml
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from anpr.training.recogniser_data import (
    CHUNK,
    MILD_CROPS,
    Crops,
    joined,
    rendered_chunk,
)
from anpr.training.recogniser_graph import lean_graph
from anpr.training.recogniser_model import plate_config
from anpr.training.recogniser_net import Hints, Recogniser

CALIBRATION_SEED, CALIBRATION_CHUNKS = 77, 4
"""A thousand crops: with a quarter of them some activations' peaks had not been seen."""
NARROWEST = 96
"""Side of the smallest matrix worth quantising: smaller ones belong to the outputs."""


def export(model: Recogniser, hints: Hints, target: Path) -> None:
    """Write `target` (.onnx, uint8 NHWC input of any batch size) and its .yaml."""
    _save(lean_graph(model, hints.character), target)
    write_config(target.with_suffix(".yaml"))


def _save(model: onnx.ModelProto, target: Path) -> None:
    partial = target.with_suffix(".partial")
    onnx.save(model, partial)
    os.replace(partial, target)  # noqa: PTH105  atomic on one file system


def write_config(target: Path) -> None:
    """Write the plate configuration that fast-plate-ocr reads beside the model."""
    text = yaml.safe_dump(plate_config(), sort_keys=False, allow_unicode=True)
    target.write_text("# Input and output of recogniser.onnx, for fast-plate-ocr.\n" + text)


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, crops: Crops) -> None:
        starts = range(0, len(crops), 32)
        self._batches = iter({"input": crops.pictures[i : i + 32]} for i in starts)

    def get_next(self) -> Any:
        return next(self._batches, None)


def quantise(source: Path, target: Path, crops: Crops) -> None:
    """Static INT8 quantisation, calibrated on rendered crops.

    The convolutions but the first, and the encoder's products with weights; what makes up
    attention and the outputs stays in floating point, where rounding would cost reads.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(
            str(source), str(prepared), skip_symbolic_shape=True, skip_optimization=True
        )
        quantize_static(
            str(prepared),
            str(target),
            _Calibration(crops),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            weight_type=QuantType.QInt8,
            activation_type=QuantType.QUInt8,
            calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=["Conv", "Relu", "Gemm"],
            nodes_to_exclude=float_nodes(onnx.load(prepared)),
            extra_options={"OpTypesToExcludeOutputQuantization": ["Gemm"]},
        )


def float_nodes(model: onnx.ModelProto) -> list[str]:
    """The first convolution and the outputs."""
    weights = {w.name: tuple(w.dims) for w in model.graph.initializer}
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    products = [
        node.name
        for node in model.graph.node
        if node.op_type == "Gemm" and not _is_wide(weights.get(node.input[1], ()))
    ]
    return [*convolutions[:1], *products]


def _is_wide(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and min(shape) >= NARROWEST


def main() -> None:
    """Quantise a trained recogniser: python -m anpr.training.recogniser_export MODEL TARGET."""
    parser = argparse.ArgumentParser(description="Write an INT8 copy of a recogniser.")
    parser.add_argument("model", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    first = MILD_CROPS // CHUNK + 1
    chunks = [rendered_chunk(CALIBRATION_SEED, first + i) for i in range(CALIBRATION_CHUNKS)]
    quantise(arguments.model, arguments.target, joined(chunks))
    write_config(arguments.target.with_suffix(".yaml"))


if __name__ == "__main__":
    main()
