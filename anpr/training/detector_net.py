"""The plate detector's network: a small anchor-free one, made for one CPU core.

Dense 3x3 convolutions only (depthwise ones save multiplications but not time on a CPU), ReLU so
that INT8 quantisation loses nothing, a path-aggregation neck and one head per stride.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

STRIDES = (8, 16, 32)
"""Pixels per cell of the three output maps."""

WIDTHS = (16, 32, 64, 96, 128)
"""Channels at strides 2, 4, 8, 16 and 32."""

NECK = (32, 64, 64)
"""Channels of the neck and the heads at strides 8, 16 and 32. The finest map has most of the cells,
so its channels cost most of the time and gain the least."""

BOX_REACH = 2.0
"""A predicted box of zero raw values is this many strides wide and high."""


class ConvUnit(nn.Sequential):  # type: ignore[misc]
    """3x3 (or 1x1) convolution, batch normalisation, ReLU."""

    def __init__(self, source: int, target: int, *, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(source, target, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(target, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class SplitBlock(nn.Module):  # type: ignore[misc]
    """Half of the channels pass two 3x3 convolutions with a shortcut; all are then mixed."""

    def __init__(self, source: int, target: int) -> None:
        super().__init__()
        half = target // 2
        self.entry = ConvUnit(source, target, kernel=1)
        self.first = ConvUnit(half, half)
        self.second = ConvUnit(half, half)
        self.exit = ConvUnit(target + half, target, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        kept, worked = self.entry(x).chunk(2, dim=1)
        deeper = worked + self.second(self.first(worked))
        return self.exit(torch.cat((kept, worked, deeper), dim=1))


class Backbone(nn.Module):  # type: ignore[misc]
    """Image to feature maps at strides 8, 16 and 32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvUnit(3, WIDTHS[0], stride=2)
        self.stages = nn.ModuleList(
            nn.Sequential(ConvUnit(source, target, stride=2), SplitBlock(target, target))
            for source, target in pairwise(WIDTHS)
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        maps = []
        x = self.stem(image)
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps[1:]


class Neck(nn.Module):  # type: ignore[misc]
    """Coarse context goes down to the fine maps, fine detail comes back up."""

    def __init__(self) -> None:
        super().__init__()
        fine, middle, coarse = NECK
        self.lateral = nn.ModuleList(
            ConvUnit(source, target, kernel=1)
            for source, target in zip(WIDTHS[2:], NECK, strict=True)
        )
        self.down = nn.ModuleList(
            (SplitBlock(middle + coarse, middle), SplitBlock(fine + middle, fine))
        )
        self.stride = nn.ModuleList(
            (ConvUnit(fine, middle, stride=2), ConvUnit(middle, coarse, stride=2))
        )
        self.up = nn.ModuleList((SplitBlock(2 * middle, middle), SplitBlock(2 * coarse, coarse)))

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        fine, middle, coarse = (lat(m) for lat, m in zip(self.lateral, maps, strict=True))
        middle = self.down[0](torch.cat((middle, _doubled(coarse)), dim=1))
        fine = self.down[1](torch.cat((fine, _doubled(middle)), dim=1))
        middle = self.up[0](torch.cat((middle, self.stride[0](fine)), dim=1))
        coarse = self.up[1](torch.cat((coarse, self.stride[1](middle)), dim=1))
        return [fine, middle, coarse]


def _doubled(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")


class Head(nn.Module):  # type: ignore[misc]
    """Per cell: one plate logit and four raw box values."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.trunk = ConvUnit(width, width)
        self.score = nn.Conv2d(width, 1, 1)
        self.box = nn.Conv2d(width, 4, 1)
        # Hardly any cell holds a plate: start there, or the first steps are wasted on saying so.
        nn.init.constant_(self.score.bias, -5.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.trunk(x)
        return self.score(x), self.box(x)


class PlateNet(nn.Module):  # type: ignore[misc]
    """RGB image in 0..1, shape (B, 3, H, W), sides multiples of 32, to scores and boxes.

    Returns logits (B, N) and boxes (B, N, 4) as x1, y1, x2, y2 in input pixels, N cells over the
    three strides.
    """

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.neck = Neck()
        self.heads = nn.ModuleList(Head(width) for width in NECK)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        logits, boxes = [], []
        maps = self.neck(self.backbone(image))
        for stride, head, features in zip(STRIDES, self.heads, maps, strict=True):
            score, raw = head(features)
            logits.append(score.flatten(1).float())
            boxes.append(decode(raw.flatten(2).transpose(1, 2).float(), stride, features))
        return torch.cat(logits, dim=1), torch.cat(boxes, dim=1)


def decode(raw: Tensor, stride: int, features: Tensor) -> Tensor:
    """Raw values (B, N, 4: shift x, shift y, log width, log height) to corner boxes."""
    centre = cell_centres(features.shape[-2], features.shape[-1], stride, raw.device)
    middle = centre + raw[..., :2] * stride
    half = torch.exp(raw[..., 2:].clamp(-5.0, 4.0)) * (0.5 * BOX_REACH * stride)
    return torch.cat((middle - half, middle + half), dim=-1)


def cell_centres(rows: int, columns: int, stride: int, device: torch.device) -> Tensor:
    """Centres of the cells in input pixels, row by row, shape (rows * columns, 2) as x, y."""
    ys = (torch.arange(rows, device=device, dtype=torch.float32) + 0.5) * stride
    xs = (torch.arange(columns, device=device, dtype=torch.float32) + 0.5) * stride
    grid_y, grid_x = torch.meshgrid(ys, xs, indexing="ij")
    return torch.stack((grid_x.reshape(-1), grid_y.reshape(-1)), dim=1)


def all_cells(side: int) -> tuple[Tensor, Tensor]:
    """Centres (N, 2) and strides (N,) of every cell for a square input of `side` pixels."""
    cpu = torch.device("cpu")
    centres = [cell_centres(side // s, side // s, s, cpu) for s in STRIDES]
    strides = [torch.full((len(c),), float(s)) for c, s in zip(centres, STRIDES, strict=True)]
    return torch.cat(centres), torch.cat(strides)
