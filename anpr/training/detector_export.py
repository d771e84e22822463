"""The trained network as one ONNX file that open-image-models 0.6 loads (backend `yolo_v9`).

Contract: input `images`, float32 (1, 3, S, S), RGB in 0..1, letterboxed; output `detections`,
float32 (K, 7): batch index, x1, y1, x2, y2 in input pixels, class 0, score; best first,
overlaps suppressed.

The square is declared for open-image-models alone, which takes nothing else. Inside, nothing
depends on it, and the file says so in its metadata: `anpr.detection.detector_session` runs the same
weights at any height and width that are multiples of the coarsest stride.
"""

from __future__ import annotations

import argparse
import copy
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn

from anpr.detection.detector_session import ANY_SIZE
from anpr.training.detector_graph import append_boxes, append_suppression
from anpr.training.detector_net import (
    BOX_REACH,
    STRIDES,
    ConvUnit,
    Head,
    PlateNet,
    SplitBlock,
)

OPSET = 17
MAPS = ("fine", "middle", "coarse")
"""Outputs of the bare network, one a stride: what quantisation works on."""


class TwoEntries(nn.Module):  # type: ignore[misc]
    """A `SplitBlock` whose entry is two convolutions: cutting a map costs more than that."""

    def __init__(self, block: SplitBlock) -> None:
        super().__init__()
        half = block.first[0].in_channels
        self.kept = _part(block.entry, slice(0, half))
        self.worked = _part(block.entry, slice(half, 2 * half))
        self.first, self.second, self.exit = block.first, block.second, block.exit

    def forward(self, x: Tensor) -> Tensor:
        kept, worked = self.kept(x), self.worked(x)
        deeper = worked + self.second(self.first(worked))
        return self.exit(torch.cat((kept, worked, deeper), dim=1))


class WholeHead(nn.Module):  # type: ignore[misc]
    """A `Head` whose last convolution gives box and logit, the shift told from the cell's lower
    right corner, as `append_boxes` wants it."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        self.trunk = head.trunk
        self.last = nn.Conv2d(head.box.in_channels, 5, 1)
        with torch.no_grad():
            self.last.weight.copy_(torch.cat((head.box.weight, head.score.weight)))
            self.last.bias.copy_(torch.cat((head.box.bias, head.score.bias)))
            self.last.bias[:2] -= 0.5

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.trunk(x))


class Raw(nn.Module):  # type: ignore[misc]
    """The network with one map a stride, 1 x 5 x h x w, and nothing after it."""

    def __init__(self, net: PlateNet) -> None:
        super().__init__()
        self.backbone, self.neck = net.backbone, net.neck
        for stage in self.backbone.stages:
            stage[1] = TwoEntries(stage[1])
        for blocks in (self.neck.down, self.neck.up):
            for i, block in enumerate(blocks):
                blocks[i] = TwoEntries(block)
        self.heads = nn.ModuleList(WholeHead(head) for head in net.heads)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        maps = self.neck(self.backbone(images))
        return tuple(head(features) for head, features in zip(self.heads, maps, strict=True))


def _part(unit: ConvUnit, channels: slice) -> ConvUnit:
    """Some output channels of a unit as a unit of their own."""
    convolution, normalisation = unit[0], unit[1]
    part = ConvUnit(convolution.in_channels, channels.stop - channels.start, kernel=1)
    with torch.no_grad():
        part[0].weight.copy_(convolution.weight[channels])
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(part[1], name).copy_(getattr(normalisation, name)[channels])
    part.eval()
    return part


def export(net: PlateNet, path: Path, side: int) -> Path:
    """Write the single-file model for a square input of `side` pixels; returns `path`."""
    raw = path.with_suffix(".raw.onnx")
    export_raw(net, raw, side)
    onnx.save(completed(onnx.load(raw), side), path)
    raw.unlink()
    return path


def export_raw(net: PlateNet, path: Path, side: int) -> None:
    """The bare network, without suppression: what quantisation works on."""
    # A copy: exporting folds normalisation into the weights it was given.
    net = copy.deepcopy(net).eval().to(memory_format=torch.contiguous_format)
    example = torch.zeros(1, 3, side, side)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer announces its own retirement
        torch.onnx.export(
            Raw(net), (example,), str(path), input_names=["images"],
            output_names=list(MAPS), opset_version=OPSET, dynamo=False,
            dynamic_axes={"images": {2: "height", 3: "width"},
                          **{name: {2: f"{name}_rows", 3: f"{name}_columns"} for name in MAPS}},
        )  # fmt: skip


def completed(model: onnx.ModelProto, side: int) -> onnx.ModelProto:
    """A raw model with boxes, suppression, a declared square of `side` pixels, and metadata."""
    graph = model.graph
    append_boxes(graph, MAPS, STRIDES, BOX_REACH)
    append_suppression(graph)
    del graph.output[:]
    table = helper.make_tensor_value_info("detections", TensorProto.FLOAT, ["plates", 7])
    graph.output.append(table)
    dims = graph.input[0].type.tensor_type.shape.dim
    dims[2].dim_value = dims[3].dim_value = side
    del graph.value_info[:]
    helper.set_model_props(model, {ANY_SIZE: str(STRIDES[-1])})
    onnx.checker.check_model(model)
    return model


def export_checkpoint(checkpoint: Path, path: Path, side: int) -> Path:
    """The averaged weights of a training's `checkpoint.pt` as a model, at any input size."""
    state = torch.load(checkpoint, weights_only=True)
    net = PlateNet()
    net.load_state_dict(state["average"])
    return export(net, path, side)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: export a checkpoint, also one of a training that still runs."""
    parser = argparse.ArgumentParser(prog="python -m anpr.training.detector_export")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--input-side", type=int, default=640)
    chosen = parser.parse_args(arguments)
    print(export_checkpoint(chosen.checkpoint, chosen.model, chosen.input_side))


if __name__ == "__main__":
    main()
