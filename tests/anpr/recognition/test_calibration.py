import json
import logging
from pathlib import Path

import pytest

from anpr.errors import ModelProblem
from anpr.reader import PlateReader
from anpr.recognition.calibration import (
    FEATURES,
    PROMISE,
    UNCALIBRATED_MOST,
    Calibration,
    load_calibration,
    logit,
    read_calibration,
    uncalibrated,
    write_calibration,
)
from anpr.types import Box, Signals
from tests.anpr.fakes import PaintDetector, PaintRecogniser, paint
from tests.anpr.test_reader import STREET

FITTED = Calibration("d@1", "r@1", (3.0,) + (0.0,) * (len(FEATURES) - 1), 0.5, 0.98, "tests")


def signals(probability: float = 0.9, *, detection: float = 0.9) -> Signals:
    return Signals(probability, probability, detection, 100, fits_format=True, looks=1, agreement=1)


class TestConfidence:
    def test_it_grows_with_the_texts_probability_and_stays_a_probability(self) -> None:
        told = [FITTED.confidence(signals(p)) for p in (0.0, 0.3, 0.9, 0.9999, 1.0)]
        assert told == sorted(told)
        assert told[0] > 0
        assert told[-1] < 1

    def test_the_promise_is_told_exactly_where_it_was_measured(self) -> None:
        assert FITTED.told(logit(0.98)) == pytest.approx(PROMISE)
        assert FITTED.told(logit(0.97)) < PROMISE

    def test_below_even_odds_nothing_is_bent(self) -> None:
        assert FITTED.told(logit(0.3)) == pytest.approx(0.3)

    def test_without_a_measurement_nothing_claims_the_promise(self) -> None:
        assert uncalibrated(signals(1.0)) == UNCALIBRATED_MOST < PROMISE
        assert uncalibrated(signals(0.9, detection=0.3)) == pytest.approx(0.45)

    def test_the_reader_tells_the_calibrated_one(self) -> None:
        picture = paint(STREET, Box(300, 300, 460, 340))
        (read,) = PlateReader(PaintDetector(), PaintRecogniser(), FITTED).read(picture)
        assert read.signals is not None
        assert read.confidence == pytest.approx(FITTED.confidence(read.signals))


class TestTheFile:
    def test_what_was_written_is_read_again(self, tmp_path: Path) -> None:
        write_calibration(FITTED, tmp_path / "c.json")
        assert load_calibration("d@1", "r@1", tmp_path / "c.json") == FITTED

    def test_for_another_model_it_says_nothing_and_warns(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        write_calibration(FITTED, tmp_path / "c.json")
        with caplog.at_level(logging.WARNING):
            assert load_calibration("d@2", "r@1", tmp_path / "c.json") is None
        assert "Fit it anew: python -m anpr.evaluation.calibrate" in caplog.text

    def test_a_missing_file_is_told_and_the_reader_works_on(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert load_calibration("d@1", "r@1", tmp_path / "none.json") is None
        assert "not calibrated" in caplog.text

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", json.dumps({"weights": [1, 2]}), "\x00\x01"]
    )
    def test_a_damaged_file_is_one_clear_error(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "c.json"
        path.write_text(content)
        with pytest.raises(ModelProblem, match="no calibration"):
            read_calibration(path)

    def test_one_of_another_version_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "c.json"
        write_calibration(FITTED, path)
        path.write_text(path.read_text().replace('"weakest"', '"loudest"'))
        with pytest.raises(ModelProblem, match="another version"):
            read_calibration(path)
