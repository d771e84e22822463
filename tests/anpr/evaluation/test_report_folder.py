import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.errors import UnusableLabels
from anpr.evaluation import clips
from anpr.evaluation.labels import load_labels
from anpr.evaluation.outcomes import read_photos
from anpr.evaluation.rendered import rendered_photos
from anpr.evaluation.report_folder import write_report
from anpr.evaluation.scores import evaluate
from anpr.pictures.images import load_image
from anpr.reader import PlateReader
from anpr.types import Box, Image
from tests.anpr.fakes import PaintDetector, PaintRecogniser, paint

STREET: Image = np.full((240, 320, 3), 40, np.uint8)
PLATE = Box(100, 100, 180, 120)
READER = PlateReader(PaintDetector(), PaintRecogniser())


def labelled(folder: Path) -> Path:
    rows = ["file\tx\ty\tw\th\ttext\tlegibility\tcountry\tlight"]
    for name, text, light in (("a", "1234BBC", "day"), ("b", "1234BBD", ""), ("c", "9999XYZ", "")):
        cv2.imwrite(str(folder / f"{name}.png"), paint(STREET, PLATE))
        rows.append(f"{name}.png\t100\t100\t80\t20\t{text}\tclear\tES\t{light}")
    (folder / "labels.tsv").write_text("\n".join(rows) + "\n")
    return folder


class TestWriteReport:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        source = tmp_path / "photos"
        source.mkdir()
        outcomes = list(
            read_photos(
                load_labels(labelled(source)),
                lambda photo: load_image(photo.path),
                READER.read_plates,
            )
        )
        write_report(tmp_path / "report", source, READER.label, evaluate(outcomes), outcomes)
        return tmp_path / "report"

    def test_everything_is_in_one_folder(self, folder: Path) -> None:
        assert sorted(p.name for p in folder.iterdir()) == [
            "figures.json", "reliability.png", "report.md", "worst.png",
        ]  # fmt: skip
        for name in ("reliability.png", "worst.png"):
            assert cv2.imread(str(folder / name)) is not None

    def test_the_report_tells_figures_models_and_what_they_do_not_say(self, folder: Path) -> None:
        words = (folder / "report.md").read_text()
        assert "1/3 33.3 %" in words
        assert "paint-recogniser@1" in words
        assert "Rendered pictures say nothing about real streets" in words

    def test_light_is_what_the_labels_say_or_else_the_picture(self, folder: Path) -> None:
        groups = json.loads((folder / "figures.json").read_text())["groups"]["light"]
        assert {g["name"]: g["plates"] for g in groups} == {"day": 1, "dark": 2}


class TestClips:
    def clip(self, folder: Path, plates: list[str | None]) -> None:
        writer = cv2.VideoWriter(
            str(folder / "a.avi"), cv2.VideoWriter_fourcc(*"HFYU"), 8, (320, 240)
        )
        for i in range(12):
            top = 100 + 12 * i
            plate = Box(100 - 2 * i, top, 160 + 2 * i, min(240, top + 14))
            writer.write(paint(STREET, plate) if top + 14 < 240 else STREET)
        writer.release()
        vehicles = [{"plate": plate} for plate in plates]
        manifest = {"clips": [{"file": "a.avi", "vehicles": vehicles}]}
        (folder / "manifest.json").write_text(json.dumps(manifest))

    @pytest.mark.parametrize(
        ("plates", "right", "wrong"), [(["1234BBC"], 1, ()), (["9999XYZ"], 0, ("1234BBC",))]
    )
    def test_told_plates_are_held_against_the_manifest(
        self, tmp_path: Path, plates: list[str | None], right: int, wrong: tuple[str, ...]
    ) -> None:
        self.clip(tmp_path, plates)
        (outcome,) = clips.read_clips(tmp_path, READER)
        assert (outcome.passages, outcome.right, outcome.wrong) == (1, right, wrong)
        assert f"| all | 1 | 1 | {right} |" in clips.as_markdown([outcome])

    @pytest.mark.parametrize(
        ("manifest", "words"),
        [("{", "no manifest"), ('{"clips": [{"file": "b.mp4", "vehicles": []}]}', "names b.mp4")],
    )
    def test_a_broken_manifest_is_told(self, tmp_path: Path, manifest: str, words: str) -> None:
        (tmp_path / "manifest.json").write_text(manifest)
        with pytest.raises(UnusableLabels, match=words):
            list(clips.read_clips(tmp_path, READER))


class TestRenderedPhotos:
    def test_the_same_seed_gives_the_same_photo_with_its_plate_inside(self) -> None:
        first, again = (next(rendered_photos(1, 4)) for _ in range(2))
        assert np.array_equal(first.image, again.image)
        (plate,) = first.label.plates
        assert plate.text
        assert plate.box.width >= 50
        assert plate.box.x2 <= first.image.shape[1]
