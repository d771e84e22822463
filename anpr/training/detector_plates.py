"""Rendered plates for the detector's scenes."""

from __future__ import annotations

import numpy as np

from anpr.synthesis.scenes import FlatPlate, PlateSource


def plate_source(seed: int, bank: int = 3000) -> PlateSource:
    """Rendered plates; drawing one takes as long as a training step, so a bank is reused."""
    from anpr.synthesis.plates import random_plate  # noqa: PLC0415 (loads the fonts)

    rng = np.random.default_rng(seed)
    plates: list[FlatPlate] = []

    def draw(scene_rng: np.random.Generator) -> FlatPlate:
        if not plates or (len(plates) < bank and scene_rng.random() < 0.5):
            made = random_plate(rng, None if rng.random() < 0.7 else "ES", random_string_share=0.1)
            image = np.ascontiguousarray(made.rgb[:, :, ::-1])
            plates.append(FlatPlate(image, made.width_mm, made.height_mm))
            return plates[-1]
        return plates[int(scene_rng.integers(len(plates)))]

    return draw
