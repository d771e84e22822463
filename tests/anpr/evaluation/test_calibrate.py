from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.evaluation import calibrate
from anpr.evaluation.fitting import Sample
from anpr.evaluation.labels import is_held_out
from anpr.reader import PlateReader
from anpr.recognition.calibration import load_calibration
from anpr.types import Box, Signals
from core.errors import InvalidInput
from tests.anpr.fakes import PaintDetector, PaintRecogniser, paint

READER = PlateReader(PaintDetector(), PaintRecogniser())
PLATE = Box(100, 100, 180, 120)


def labelled(folder: Path, *texts: str) -> Path:
    rows = ["file\tx\ty\tw\th\ttext\tlegibility"]
    for number, text in enumerate(texts):
        street = np.full((240, 320, 3), 40, np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), paint(street, PLATE))
        rows.append(f"{number}.png\t100\t100\t80\t20\t{text}\tclear")
    (folder / "labels.tsv").write_text("\n".join(rows) + "\n")
    return folder


class TestRealSamples:
    def test_only_plates_kept_out_of_training_judge(self, tmp_path: Path) -> None:
        texts = [f"{i}234BBC" for i in range(10)]
        samples = list(calibrate.real_samples(READER, [labelled(tmp_path, *texts)]))
        assert 0 < len(samples) < len(texts)
        assert all(is_held_out(s.plate) for s in samples)
        assert {s.source for s in samples} == {"real"}

    def test_a_sample_is_right_only_when_every_character_is(self, tmp_path: Path) -> None:
        folder = labelled(tmp_path, "1234BBC", "1234BBD")
        samples = calibrate.real_samples(READER, [folder], trained_on=True)
        assert [s.is_right for s in samples] == [True, False]


class TestCommand:
    @pytest.fixture(autouse=True)
    def known_reads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = np.random.default_rng(5)

        def reads(_: PlateReader, count: int) -> list[Sample]:
            chances = rng.uniform(0.05, 0.999, count)
            return [
                Sample(
                    "rendered",
                    f"p{i}",
                    Signals(float(c), float(c), 0.9, 90, fits_format=True, looks=1, agreement=1.0),
                    is_right=bool(rng.random() < c),
                )
                for i, c in enumerate(chances)
            ]

        monkeypatch.setattr(calibrate, "load_reader", lambda: READER)
        monkeypatch.setattr(calibrate, "rendered_samples", reads)

    def test_it_writes_the_calibration_of_these_models_and_its_report(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        output, report = tmp_path / "c.json", tmp_path / "report"
        calibrate.main(folders=None, rendered=400, output=output, trained_on=False, report=report)
        assert load_calibration("paint-detector@1", "paint-recogniser@1", output) is not None
        assert "| rendered | 400 |" in capsys.readouterr().out
        assert (report / "calibration.png").stat().st_size > 1000
        assert "| rendered | 400 |" in (report / "calibration.md").read_text()

    def test_too_few_reads_are_refused_in_one_sentence(self, tmp_path: Path) -> None:
        output = tmp_path / "c.json"
        with pytest.raises(InvalidInput, match="12 reads are too few"):
            calibrate.main(folders=None, rendered=12, output=output, trained_on=False, report=None)
        assert not output.exists()
