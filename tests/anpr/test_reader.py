from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.errors import UnreadablePicture
from anpr.reader import PlateReader, models_label
from anpr.recognition.recogniser import Recognition
from anpr.types import Box, Detection, Image
from tests.anpr.builders import slots_of, tokens_of
from tests.anpr.fakes import PaintDetector, PaintRecogniser, paint

STREET: Image = np.full((480, 640, 3), 40, np.uint8)
NEAR = Box(300, 300, 460, 340)
FAR = Box(100, 100, 160, 115)


class OneBox(PaintDetector):
    def detect(self, image: Image) -> list[Detection]:
        return [Detection(NEAR, 0.9)]


class RoomyRecogniser(PaintRecogniser):
    """Sure only of crops that have room at one end."""

    def _read(self, crop: Image) -> Recognition:
        has_room = crop.shape[1] > 1.1 * NEAR.width
        return Recognition(slots_of("7726LNY", 0.995 if has_room else 0.75), {"ES": 0.9})


class FormlessRecogniser(PaintRecogniser):
    """Reads what fits no country's format, however often it looks."""

    def _read(self, crop: Image) -> Recognition:
        return Recognition(slots_of("1B2B3B4B", 0.9), {"ES": 0.9})


class SeeingRecogniser(PaintRecogniser):
    """Its slots count a character twice; `shown` is what its tokens spell."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self._shown = shown

    def _read(self, crop: Image) -> Recognition:
        return Recognition(slots_of("77726LNY", 0.7), {"ES": 0.9}, (tokens_of(self._shown),))


class TestRead:
    def test_what_the_tokens_show_settles_how_many_characters_there_are(self) -> None:
        (read,) = PlateReader(OneBox(), SeeingRecogniser("7726LNY")).read(STREET)
        assert read.text == "7726LNY"

    def test_an_opinion_that_differs_counts_against_the_read(self) -> None:
        agreements = []
        for shown in ("77726LNY", "7726LNW"):
            (read,) = PlateReader(OneBox(), SeeingRecogniser(shown)).read(STREET)
            assert read.signals is not None
            agreements.append(read.signals.agreement)
        assert agreements[0] == 1.0
        assert agreements[1] < 1.0

    def test_a_picture_gives_its_plates_with_box_country_and_candidates(self) -> None:
        reader = PlateReader(PaintDetector(), PaintRecogniser())
        (read,) = reader.read(paint(STREET, NEAR))
        assert (read.text, read.box, read.country) == ("1234BBC", NEAR, "ES")
        assert read.candidates[0].text == "1234BBC"
        assert read.slots.shape == (10, 37)
        assert 0.8 < read.confidence <= 1

    def test_an_empty_street_gives_nothing_and_asks_no_recogniser(self) -> None:
        recogniser = PaintRecogniser()
        assert PlateReader(PaintDetector(), recogniser).read(STREET) == []
        assert recogniser.batches == []

    def test_several_plates_are_read_in_one_go_the_clearest_first(self) -> None:
        recogniser = PaintRecogniser()
        picture = paint(paint(STREET, FAR, 250), NEAR, 200)
        reads = PlateReader(PaintDetector(), recogniser).read(picture)
        assert [r.text for r in reads] == ["BI1234CD", "1234BBC"]
        assert recogniser.batches == [2]

    def test_a_plate_that_says_nothing_comes_last_and_without_confidence(self) -> None:
        picture = paint(paint(STREET, NEAR, 100), FAR, 250)
        reads = PlateReader(PaintDetector(), PaintRecogniser()).read(picture)
        assert [r.text for r in reads] == ["1234BBC", ""]
        assert reads[1].confidence == 0

    def test_a_doubtful_detection_lowers_the_confidence(self) -> None:
        picture = paint(STREET, NEAR)
        sure = PlateReader(PaintDetector(0.9), PaintRecogniser()).read(picture)[0]
        doubtful = PlateReader(PaintDetector(0.3), PaintRecogniser()).read(picture)[0]
        assert doubtful.confidence < 0.6 * sure.confidence

    def test_a_box_that_neither_model_believes_in_is_no_plate_of_a_photo(self) -> None:
        picture = paint(STREET, NEAR)
        grille = PlateReader(PaintDetector(0.45), PaintRecogniser(confidence=0.1))
        assert grille.read_plates(picture) == []

    def test_in_a_cameras_frame_it_is_left_to_the_tracker(self) -> None:
        grille = PlateReader(PaintDetector(0.45), PaintRecogniser(confidence=0.1))
        assert len(grille.read(paint(STREET, NEAR))) == 1

    def test_a_dirty_plate_that_was_surely_found_stays(self) -> None:
        picture = paint(STREET, NEAR, 100)
        (read,) = PlateReader(PaintDetector(0.8), PaintRecogniser(confidence=0.1)).read_plates(
            picture
        )
        assert read.box == NEAR

    def test_crops_reach_a_little_over_their_boxes(self) -> None:
        recogniser = PaintRecogniser()
        PlateReader(PaintDetector(cut=5), recogniser).read(paint(STREET, NEAR))
        assert recogniser.widths[0] >= NEAR.width

    def test_a_sure_read_gets_no_second_look(self) -> None:
        recogniser = PaintRecogniser(confidence=0.99)
        PlateReader(OneBox(), recogniser).read(paint(STREET, NEAR))
        assert recogniser.batches == [1]

    def test_unsure_reads_of_a_frame_wait_for_the_next_frame(self) -> None:
        recogniser = PaintRecogniser(confidence=0.7)
        PlateReader(PaintDetector(), recogniser).read(paint(paint(STREET, FAR), NEAR, 200))
        assert recogniser.batches == [2]

    def test_a_photo_has_no_next_frame_and_gets_more(self) -> None:
        recogniser = FormlessRecogniser()
        PlateReader(PaintDetector(), recogniser).read_plates(paint(paint(STREET, FAR), NEAR, 200))
        first, roomier, turned = recogniser.batches
        assert (first, roomier) == (2, 4)
        assert turned in (2, 3, 4)

    def test_what_more_room_makes_sure_is_not_turned(self) -> None:
        recogniser = RoomyRecogniser()
        (read,) = PlateReader(OneBox(), recogniser).read_plates(paint(STREET, NEAR))
        assert recogniser.batches == [1, 2]
        assert read.signals is not None
        assert read.signals.looks == 3

    def test_what_nobody_could_read_gets_no_second_look(self) -> None:
        recogniser = PaintRecogniser(confidence=0.2)
        PlateReader(PaintDetector(0.9), recogniser).read_plates(paint(STREET, NEAR))
        assert recogniser.batches == [1]

    def test_what_neither_model_takes_for_a_plate_gets_no_second_look(self) -> None:
        recogniser = PaintRecogniser(confidence=0.2)
        PlateReader(PaintDetector(0.4), recogniser).read(paint(STREET, NEAR))
        assert recogniser.batches == [1]

    def test_a_read_says_whether_it_fits_a_format(self) -> None:
        (read,) = PlateReader(PaintDetector(), PaintRecogniser()).read(paint(STREET, NEAR))
        assert read.fits_format


class TestReadPhoto:
    def test_a_path_and_the_bytes_of_its_file_give_the_clearest_plate(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        cv2.imwrite(str(path), paint(paint(STREET, FAR, 250), NEAR, 200))
        reader = PlateReader(PaintDetector(), PaintRecogniser())
        for photo in (path, str(path), path.read_bytes()):
            read = reader.read_photo(photo)
            assert read is not None
            assert read.text == "BI1234CD"

    def test_no_plate_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        cv2.imwrite(str(path), STREET)
        assert PlateReader(PaintDetector(), PaintRecogniser()).read_photo(path) is None

    def test_bytes_that_are_no_picture_are_told(self) -> None:
        reader = PlateReader(PaintDetector(), PaintRecogniser())
        with pytest.raises(UnreadablePicture, match="The photo"):
            reader.read_photo(b"GIF no picture")


class TestLabel:
    def test_the_label_names_both_models(self) -> None:
        reader = PlateReader(PaintDetector(), PaintRecogniser())
        assert models_label(reader) == "paint-detector@1 paint-recogniser@1"
