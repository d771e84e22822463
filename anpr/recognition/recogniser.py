"""What a plate says. The only module that knows fast-plate-ocr."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.errors import ModelProblem
from anpr.onnx_sessions import (
    MODELS,
    PROVIDERS,
    fingerprint,
    one_thread,
    told_as_model_problem,
)
from anpr.recognition.countries import country_code
from anpr.recognition.decoding import PAD
from anpr.recognition.sight import Tokens
from anpr.types import Image

SHIPPED_RECOGNISER = MODELS / "recogniser.onnx"
MAX_BATCH = 16
"""Plates of one picture recognised in one go; more are taken in parts, so that memory is bound."""
NEARLY = 0.01
"""How far from 1 a row may sum and still be of probabilities."""
NAMED = 0.01
"""Probability from which a country is named."""
CONFIG_NAMES = ("{stem}.yaml", "{stem}_config.yaml", "{stem}_plate_config.yaml")
"""Where the configuration of a local model is looked for, beside it."""
TOKENS_OUTPUT = "tokens"
"""Output of our own files beside those of fast-plate-ocr: n x rows x columns x alphabet."""


@dataclass(frozen=True)
class Recognition:
    """Character probabilities of a crop (slots x alphabet, rows sum to 1) and its countries."""

    slots: NDArray[np.float32]
    countries: Mapping[str, float] = field(default_factory=dict)
    """ISO 3166 alpha-2 to probability, only those worth naming; empty: the model can't tell."""
    sights: tuple[Tokens, ...] = ()
    """What each look at the plate shows where, if the model tells (`sight`)."""


class Recogniser(Protocol):
    """Anything that reads crops of plates."""

    label: str
    """Name and version, stored with every passage."""
    alphabet: str
    """Column order of `Recognition.slots`; `_` is the empty slot."""

    def recognise(self, crops: Sequence[Image]) -> list[Recognition]:
        """One recognition a crop (BGR, any size), in the same order."""


def load_recogniser(model: str | None = None) -> Recogniser:
    """Load a recogniser by path (its YAML configuration beside it) or by fast-plate-ocr name;
    None: `SARBIDE_RECOGNISER_MODEL`, else the shipped one.

    Raises:
        ModelProblem: missing, truncated or of another contract. Found here, never later.
    """
    chosen = model or os.environ.get("SARBIDE_RECOGNISER_MODEL") or str(SHIPPED_RECOGNISER)
    with told_as_model_problem("recogniser", chosen):
        return FastPlateOcrRecogniser(chosen)


class FastPlateOcrRecogniser:
    """A model loaded by fast-plate-ocr."""

    def __init__(self, model: str) -> None:
        from fast_plate_ocr import LicensePlateRecognizer  # noqa: PLC0415  slow to import
        from fast_plate_ocr.inference.hub import AVAILABLE_ONNX_MODELS  # noqa: PLC0415

        where: dict[str, Any] = {"hub_ocr_model": model}
        self.label = self._name = model
        if model not in AVAILABLE_ONNX_MODELS:
            path = Path(model)
            where = {"onnx_model_path": path, "plate_config_path": _config_beside(path)}
            self.label = fingerprint(path)
        self._model: Any = LicensePlateRecognizer(
            providers=list(PROVIDERS), sess_options=one_thread(), **where
        )
        config = self._model.config
        self.alphabet: str = config.alphabet.replace(config.pad_char, PAD)
        self._input = self._model.model.get_inputs()[0]
        outputs = {output.name for output in self._model.model.get_outputs()}
        self._names = [self._model.plate_output_name]
        self._has_tokens = TOKENS_OUTPUT in outputs and self.alphabet.endswith(PAD)
        if self._has_tokens:
            self._names.append(TOKENS_OUTPUT)
        if self._model.has_region_head:
            self._names.append(self._model.region_output_name)
        self._countries = [country_code(label) for label in config.plate_regions or ()]
        self._check()

    def recognise(self, crops: Sequence[Image]) -> list[Recognition]:
        size = MAX_BATCH if not isinstance(self._input.shape[0], int) else 1
        parts = [crops[i : i + size] for i in range(0, len(crops), size)]
        return [recognition for part in parts for recognition in self._recognise(part)]

    def _recognise(self, crops: Sequence[Image]) -> list[Recognition]:
        batch = np.stack([self._fit(crop) for crop in crops])
        answers = self._model.model.run(self._names, {self._input.name: batch})
        by_name = dict(zip(self._names, map(np.asarray, answers), strict=True))
        slots = self._slots(by_name[self._model.plate_output_name], len(crops))
        nothing = [None] * len(crops)
        countries = by_name.get(self._model.region_output_name, nothing)
        sights = by_name.get(TOKENS_OUTPUT, nothing)
        return [self._recognition(*one) for one in zip(slots, countries, sights, strict=True)]

    def _fit(self, crop: Image) -> NDArray[np.uint8]:
        from fast_plate_ocr.core.process import resize_image  # noqa: PLC0415

        config = self._model.config
        is_colour = config.image_color_mode == "rgb"
        code = cv2.COLOR_BGR2RGB if is_colour else cv2.COLOR_BGR2GRAY
        fitted = resize_image(
            cv2.cvtColor(_averaged(crop, 2 * config.img_width), code),
            config.img_height,
            config.img_width,
            image_color_mode=config.image_color_mode,
            keep_aspect_ratio=config.keep_aspect_ratio,
            interpolation_method=config.interpolation,
            padding_color=config.padding_color,
        )
        return np.asarray(fitted, dtype=np.uint8)

    def _slots(self, output: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        shape = (count, self._model.config.max_plate_slots, len(self.alphabet))
        if output.size != int(np.prod(shape)):
            raise ModelProblem(
                f"The recogniser '{self._name}' answers with {output.shape}, but its configuration "
                f"says {shape[1]} slots of {shape[2]} characters. Use the configuration that "
                "belongs to the model."
            )
        return _normalised(output.reshape(shape))

    def _recognition(
        self,
        slots: NDArray[np.float32],
        countries: NDArray[np.float32] | None,
        sight: Tokens | None,
    ) -> Recognition:
        sights = () if sight is None else (sight,)
        if countries is None:
            return Recognition(slots, {}, sights)
        shares = zip(self._countries, _normalised(countries).tolist(), strict=True)
        return Recognition(slots, {c: p for c, p in shares if c is not None and p >= NAMED}, sights)

    def _check(self) -> None:
        """One blank plate through the model: a wrong contract shows now and not in the street."""
        if len(set(self.alphabet)) != len(self.alphabet) or PAD not in self.alphabet:
            raise ModelProblem(
                f"The alphabet of recogniser '{self._name}' repeats a character or lacks its pad "
                "character. Use the configuration that belongs to the model."
            )
        self.recognise([np.full((32, 96, 3), 128, np.uint8)] * 2)


def _averaged(crop: Image, width: int) -> Image:
    """A crop wider than `width` brought down to it by averaging.

    The model's own bilinear resizing would skip most pixels of a plate that fills a photo, and
    with them the edges of thin strokes.
    """
    if crop.shape[1] <= width:
        return crop
    height = max(1, round(crop.shape[0] * width / crop.shape[1]))
    shrunk = cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.uint8)


def _config_beside(model: Path) -> Path:
    if not model.is_file():
        raise FileNotFoundError(model)
    names = [model.with_name(name.format(stem=model.stem)) for name in CONFIG_NAMES]
    for path in names:
        if path.is_file():
            return path
    raise ModelProblem(
        f"The recogniser model '{model}' has no configuration beside it; {names[0].name} is "
        "expected (slots, alphabet, input size, countries)."
    )


def _normalised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows that sum to 1: models exported without their softmax answer with logits."""
    sums = values.sum(axis=-1, keepdims=True)
    if values.min() >= 0 and abs(sums - 1.0).max() <= NEARLY:
        return np.asarray(values / sums, dtype=np.float32)
    odds = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True), dtype=np.float32)
