"""The trained network as an 8-bit ONNX file.

    python -m anpr.training.detector_export CHECKPOINT MODEL [--photos FOLDER]

Also of a training that still runs. The ranges that 8 bits span are taken from rendered scenes and,
when given, from real photos.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import onnx
import torch

from anpr.training.detector_graph import integer_graph
from anpr.training.detector_net import PlateNet
from anpr.training.detector_ranges import calibration_pictures, observed_ranges


def export(net: PlateNet, path: Path, folders: Sequence[Path] = ()) -> Path:
    """Write the model to `path`, with ranges from rendered scenes and the photos in `folders`;
    returns `path`."""
    ranges = observed_ranges(net, calibration_pictures(folders))
    onnx.save(integer_graph(net, ranges), path)
    return path


def averaged_network(checkpoint: Path) -> PlateNet:
    """The network with the averaged weights of a training's `checkpoint.pt`."""
    net = PlateNet()
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    net.eval()
    return net


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m anpr.training.detector_export")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--photos", type=Path, action="append", default=[])
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)  # two wait for each other more than they gain
    cv2.setNumThreads(1)
    print(export(averaged_network(chosen.checkpoint), chosen.model, chosen.photos))


if __name__ == "__main__":
    main()
