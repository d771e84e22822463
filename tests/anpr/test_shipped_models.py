"""What the two shipped models can do together, on rendered clips and on real photos."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from anpr.benchmark import FOOTAGE
from anpr.evaluation.labels import LabelledPhoto, is_held_out, load_labels
from anpr.evaluation.outcomes import PhotoOutcome, judge
from anpr.evaluation.scores import Evaluation, evaluate
from anpr.pictures.images import PHOTO_SUFFIXES, frames_of_video, load_image
from anpr.reader import PlateReader
from anpr.reading import read_vehicles
from anpr.training.detector_closeups import close_up
from anpr.types import Box, Frame, Image
from anpr.vehicles.consensus import vote
from anpr.vehicles.tracking import VehicleTracker

MORNING = datetime(2026, 10, 20, 9, tzinfo=UTC)
TWO_AT_ONCE = "CP-01_1146.mp4"
"""Its first two vehicles drive in side by side, half a second apart."""
CLIPS = ("CP-01_0832.mp4", "CP-05_2114.mp4")
CLEAR_WIDTH = 60
FOUND, EXACT = 0.94, 0.90
"""A little below the figures of `anpr/models/reader.md`."""
EXACT_BY_DAY = 0.78
"""The same of the day photos' held-out plates, of which some are of countries outside Europe."""
CLOSE_UP = 0.9
"""Share of the picture's width that a plate takes which fills it."""
CLOSE_UP_SIZE = 1280, 960
FALSE_PLATES = 0.01
CLOCK_BOTTOM = 42
"""Pixels from the upper edge that the gate video's clock takes."""


def expected_plates(clip: str) -> list[str]:
    manifest = json.loads((FOOTAGE / "manifest.json").read_text())
    (found,) = (c for c in manifest["clips"] if c["file"] == clip)
    return sorted(v["plate"] for v in found["vehicles"] if v["plate"])


@pytest.mark.slow
@pytest.mark.parametrize("clip", CLIPS)
def test_every_vehicle_of_a_clip_is_voted_right(shipped_reader: PlateReader, clip: str) -> None:
    results = list(read_vehicles([FOOTAGE / clip], shipped_reader))
    assert [r.error for r in results if r.error] == []
    plates = [str(r.consensus.plate) for r in results if r.consensus and r.consensus.plate]
    assert sorted(plates) == expected_plates(clip)


@pytest.mark.slow
def test_two_at_once_are_two_vehicles_at_five_frames_a_second(shipped_reader: PlateReader) -> None:
    tracker, gone, due = VehicleTracker(), [], 0.0
    for index, seconds, image in frames_of_video(FOOTAGE / TWO_AT_ONCE):
        if seconds >= due:
            due += 0.2
            frame = Frame(image, MORNING + timedelta(seconds=seconds), "CP-01-A", index)
            gone += tracker.update(frame, shipped_reader.read(image))
    told = [vote(track).plate for track in (*gone, *tracker.flush())]
    assert sorted(map(str, told)) == expected_plates(TWO_AT_ONCE)


def test_an_empty_picture_has_no_plate(shipped_reader: PlateReader) -> None:
    grey: Image = np.full((720, 1280, 3), 127, np.uint8)
    assert shipped_reader.read(grey) == []


def test_its_confidences_were_measured_with_these_very_models(shipped_reader: PlateReader) -> None:
    assert shipped_reader.is_calibrated, "run python -m anpr.evaluation.calibrate"


@pytest.mark.slow
@pytest.mark.shared_data
class TestWhereThereIsNoPlate:
    def test_street_photos_without_plates_give_none(
        self, shared_data: Path, shipped_reader: PlateReader
    ) -> None:
        folders = (shared_data / "plates" / "negatives", shared_data / "day_photos" / "negatives")
        files = sorted(path for folder in folders for path in folder.rglob("*"))
        paths = [path for path in files if path.suffix.lower() in PHOTO_SUFFIXES]
        told = {p.name: shipped_reader.read_plates(load_image(p)) for p in paths}
        wrong = {name: [r.text for r in reads] for name, reads in told.items() if reads}
        assert len(paths) > 200
        assert len(wrong) <= FALSE_PLATES * len(paths), wrong

    def test_the_clock_burnt_into_a_video_never_becomes_a_passage(
        self, shared_data: Path, shipped_reader: PlateReader
    ) -> None:
        video = shared_data / "plates" / "gate_video" / "cars.mp4"
        tracks = [r.track for r in read_vehicles([video], shipped_reader) if r.track]
        assert 2 <= len(tracks) <= 4
        assert all(seen.read.box.y1 > CLOCK_BOTTOM for t in tracks for seen in t.reads)


def only_held_out(outcome: PhotoOutcome) -> PhotoOutcome:
    return replace(outcome, plates=tuple(p for p in outcome.plates if p.is_held_out))


def read_held_out(photos: list[LabelledPhoto], reader: PlateReader) -> Iterator[PhotoOutcome]:
    """Only photos that show a held-out plate: the others say nothing here and take time."""
    for photo in photos:
        if any(plate.text and is_held_out(plate.text) for plate in photo.plates):
            yield judge(photo, reader.read_plates(load_image(photo.path)))


@pytest.mark.slow
@pytest.mark.shared_data
class TestRealPlatesNeverTrainedOn:
    @pytest.fixture(scope="class")
    @staticmethod
    def figures(shared_data: Path, shipped_reader: PlateReader) -> Evaluation:
        photos = load_labels(shared_data / "plates" / "ro_dashcam")
        outcomes = list(read_held_out(photos, shipped_reader))
        return evaluate([only_held_out(outcome) for outcome in outcomes], min_width=CLEAR_WIDTH)

    def test_they_are_found_and_read(self, figures: Evaluation) -> None:
        held_out = figures.overall
        assert held_out.plates >= 120
        assert held_out.distinct >= 15
        assert held_out.found.value >= FOUND
        assert held_out.exact.value >= EXACT

    def test_voting_over_a_vehicles_frames_gains_and_tells_nothing_wrong(
        self, figures: Evaluation
    ) -> None:
        vehicles = figures.vehicles
        assert len(vehicles.vehicles) >= 15
        assert vehicles.voted.value > vehicles.single_frames.value
        assert vehicles.wrong.hits == 0

    def test_what_is_told_with_confidence_is_right(self, figures: Evaluation) -> None:
        (told,) = figures.reliability
        assert told.claimed >= 60
        assert told.wrong.hits <= 1


@pytest.mark.slow
@pytest.mark.shared_data
class TestDayPhotosNeverTrainedOn:
    @pytest.fixture(scope="class")
    @staticmethod
    def photos(shared_data: Path) -> list[LabelledPhoto]:
        photos = load_labels(shared_data / "day_photos")
        return [p for p in photos if any(is_held_out(one.text) for one in p.plates if one.text)]

    def test_they_are_read(self, photos: list[LabelledPhoto], shipped_reader: PlateReader) -> None:
        outcomes = [only_held_out(outcome) for outcome in read_held_out(photos, shipped_reader)]
        exact = evaluate(outcomes).overall.exact
        assert exact.of >= 50
        assert exact.value >= EXACT_BY_DAY

    def test_a_plate_that_fills_the_picture_is_read_as_well_as_in_its_photo(
        self, photos: list[LabelledPhoto], shipped_reader: PlateReader
    ) -> None:
        plates = [
            (plate, load_image(photo.path))
            for photo in photos
            for plate in photo.plates
            if plate.counts and plate.text and is_held_out(plate.text)
            and plate.box.width >= CLEAR_WIDTH
        ]  # fmt: skip
        whole = sum(is_read(plate.text, image, shipped_reader) for plate, image in plates)
        close = sum(
            is_read(plate.text, filling(image, plate.box), shipped_reader)
            for plate, image in plates
        )
        assert len(plates) >= 40
        assert close >= 0.9 * whole


def filling(image: Image, box: Box) -> Image:
    corners = (float(box.x1), float(box.y1), float(box.x2), float(box.y2))
    return close_up(image, corners, CLOSE_UP, CLOSE_UP_SIZE)[0]


def is_read(text: str | None, image: Image, reader: PlateReader) -> bool:
    return text in {read.text for read in reader.read_plates(image)}
