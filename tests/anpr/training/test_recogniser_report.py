"""Figures come with their counts, and photos of one car are not counted as many cars."""

from pathlib import Path

import numpy as np
import pytest

from anpr.training import recogniser_report as report
from anpr.training.photos import LabelledPlate
from anpr.training.recogniser_data import ALPHABET, REGIONS, encode_text
from anpr.training.recogniser_measure import Predict


def always(text: str) -> Predict:
    slots = np.eye(len(ALPHABET), dtype=np.float32)[encode_text(text)]
    regions = np.zeros(len(REGIONS), np.float32)
    return lambda crops: (np.stack([slots] * len(crops)), np.stack([regions] * len(crops)))


def plate(text: str, width: int = 90, country: str = "RO") -> LabelledPlate:
    return LabelledPlate(Path("a.png"), 0, 0, width, 20, text, "clear", country)


@pytest.fixture(autouse=True)
def no_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        report, "photo_crops", lambda chosen: np.zeros((len(chosen), 64, 128, 3), np.uint8)
    )


def test_a_row_tells_photos_plates_and_an_interval() -> None:
    row = report.photo_row("dusk", always("B11AAA"), [plate("B11AAA")] * 3 + [plate("B22BBB")])

    assert row.as_markdown() == "| dusk | 4 (2) | 3 | 75.0 % | 30.1 to 95.4 % |"


def test_formats_are_read_alike_at_every_call() -> None:
    first, second = (report.format_row(always("1234BCD"), "es_current", 3) for _ in range(2))
    assert first == second
    assert first.exact.of == 3
    assert first.exact.hits == 0


def test_only_plates_that_can_be_read_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [plate("B11AAA"), plate("B22BBB", width=50), plate("一B1"), plate("B-1")]
    every.append(plate("B33CCC", country="VN"))
    monkeypatch.setattr("anpr.training.photos.labelled_plates", lambda folder: every)

    assert [p.text for p in report.readable(tmp_path, 60)] == ["B11AAA"]
