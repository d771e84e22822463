"""The trained detector with 8-bit weights and activations (static quantisation).

    python -m anpr.training.detector_quantise CHECKPOINT MODEL [--photos FOLDER]

Ranges are taken from rendered scenes and, when given, from real photos: the smallest and largest
values seen, because averaged ranges cut off the peaks that a plate makes. The first layer, whose
three input channels gain nothing, the heads' last layers and the box arithmetic stay in floating
point: pixels of a 640-pixel box need more than 8 bits.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from anpr.detection.detector import first_look
from anpr.detection.detector_session import fitted
from anpr.synthesis import lighting
from anpr.synthesis.scenes import render_scene
from anpr.training.detector import plate_source
from anpr.training.detector_export import completed, export_raw
from anpr.training.detector_net import STRIDES, PlateNet
from anpr.training.detector_photos import load_photos

Image = npt.NDArray[np.uint8]

RENDERED = 60
"""Rendered frames that ranges are taken from."""

PHOTOS = 90
"""Real photos that ranges are taken from, where there are any."""

QUANTISED = ["Conv", "Relu", "Add", "Concat", "Resize"]
"""With the rectification, which then is part of each convolution's rounding: left out, every
convolution's answer is taken to floating point and back for it."""


class Inputs(CalibrationDataReader):  # type: ignore[misc]
    """Pictures as the network will see them at the first look."""

    def __init__(self, pictures: Iterator[Image]) -> None:
        self._tensors = (
            fitted(picture, first_look(picture.shape[1], picture.shape[0]), STRIDES[-1])[0]
            for picture in pictures
        )

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        """The next network input, None at the end."""
        tensor = next(self._tensors, None)
        return None if tensor is None else {"images": tensor}


def pictures(folders: list[Path], seed: int = 7) -> Iterator[Image]:
    """Rendered frames in every light, then training photos."""
    rng = np.random.default_rng(seed)
    plates = plate_source(seed, bank=60)
    for _ in range(RENDERED):
        scene = render_scene(rng, plates, width=1280, height=720)
        yield lighting.vary(scene.image, scene.plates, rng)
    photos = load_photos(folders, lambda _image, _boxes: [])
    real = [scene.image for scene in photos.train + photos.rides] + photos.train_negatives
    for index in rng.permutation(len(real))[:PHOTOS]:
        yield lighting.vary(real[int(index)], [], rng) if rng.random() < 0.5 else real[int(index)]


def quantise(net: PlateNet, path: Path, side: int, folders: list[Path]) -> Path:
    """Write the 8-bit model to `path`; same contract as `detector_export.export`."""
    raw, prepared = path.with_suffix(".raw.onnx"), path.with_suffix(".prepared.onnx")
    export_raw(net, raw, side)
    quant_pre_process(str(raw), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(raw),
        Inputs(pictures(folders)),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=QUANTISED,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
        nodes_to_exclude=_float_nodes(onnx.load(prepared)),
        extra_options={"ActivationSymmetric": False},
    )
    onnx.save(completed(onnx.load(raw), side), path)
    raw.unlink()
    prepared.unlink()
    return path


def _float_nodes(model: onnx.ModelProto) -> list[str]:
    """Everything but the backbone without its stem, the neck and the heads' trunks."""
    kept = ("/backbone/stages", "/neck/", "/trunk/")
    return [node.name for node in model.graph.node if not any(k in node.name for k in kept)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m anpr.training.detector_quantise")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--photos", type=Path, action="append")
    parser.add_argument("--input-side", type=int, default=640)
    chosen = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    net = PlateNet()
    net.load_state_dict(torch.load(chosen.checkpoint, weights_only=True)["average"])
    print(quantise(net, chosen.model, chosen.input_side, chosen.photos or []))


if __name__ == "__main__":
    main()
