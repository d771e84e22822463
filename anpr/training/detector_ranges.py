"""How large the answers of a trained detector's units get: what 8 bits must span.

The largest value seen, because averaged ranges cut off the peaks that a plate makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from anpr.detection.detector import first_look
from anpr.detection.detector_session import fitted
from anpr.synthesis import lighting
from anpr.synthesis.scenes import render_scene
from anpr.training.detector_net import STRIDES, ConvUnit, PlateNet, SplitBlock
from anpr.training.detector_photos import load_photos
from anpr.training.detector_plates import plate_source

Image = npt.NDArray[np.uint8]
Ranges = dict[str, tuple[float, ...]]
"""The largest answer of each `ConvUnit`, by its name in the network; of a block's entry, whose
halves go different ways, that of each half."""

RENDERED = 60
"""Rendered frames that ranges are taken from."""

PHOTOS = 90
"""Real photos that ranges are taken from, where there are any."""

LEAST = 1e-3
"""No unit's answers span less, even where nothing made it answer."""


def observed_ranges(net: PlateNet, pictures: Iterable[Image]) -> Ranges:
    """The ranges over pictures as the network sees them at the first look."""
    net = net.eval()
    ranges: Ranges = {}
    entries = {block.entry for block in net.modules() if isinstance(block, SplitBlock)}
    hooks = [
        module.register_forward_hook(partial(_note, ranges, name, 2 if module in entries else 1))
        for name, module in net.named_modules()
        if isinstance(module, ConvUnit)
    ]
    with torch.no_grad():
        for picture in pictures:
            net(as_input(fitted(picture, first_look(*picture.shape[1::-1]), STRIDES[-1])[0]))
    for hook in hooks:
        hook.remove()
    return ranges


def as_input(picture: npt.NDArray[np.uint8]) -> Tensor:
    """Bytes (1, H, W, 3; blue, green, red) as the network's input."""
    upright = np.ascontiguousarray(picture[..., ::-1].transpose(0, 3, 1, 2))
    return torch.from_numpy(upright).float() / 255


def _note(ranges: Ranges, name: str, parts: int, _module: nn.Module, _x: object, y: Tensor) -> None:
    seen = [float(part.max()) for part in y.chunk(parts, dim=1)]
    known = ranges.get(name, (LEAST,) * parts)
    ranges[name] = tuple(max(pair) for pair in zip(seen, known, strict=True))


def calibration_pictures(folders: Sequence[Path], seed: int = 7) -> Iterator[Image]:
    """Rendered frames in every light, then training photos."""
    rng = np.random.default_rng(seed)
    plates = plate_source(seed, bank=60)
    for _ in range(RENDERED):
        scene = render_scene(rng, plates, width=1280, height=720)
        yield lighting.vary(scene.image, scene.plates, rng)
    photos = load_photos(list(folders), lambda _image, _boxes: [])
    real = [scene.image for scene in photos.train + photos.rides] + photos.train_negatives
    for index in rng.permutation(len(real))[:PHOTOS]:
        yield lighting.vary(real[int(index)], [], rng) if rng.random() < 0.5 else real[int(index)]
