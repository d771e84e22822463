"""What a report says of a passage, and what its pictures show."""

from dataclasses import replace

import numpy as np

from anpr.types import Image
from anpr.vehicles.consensus import vote
from anpr.vehicles.tracking import ClosedTrack
from control_points.protocol import (
    Direction,
    PassageReport,
    PictureQuality,
    PlateColour,
    signed_content,
)
from control_points.vehicles.evidence import CONTEXT_SIDE, KeptFrame
from control_points.vehicles.passages import Circumstances, Passage, report_of
from core.passage_ids import passage_id
from tests.anpr.builders import Car, a_box, a_read, a_track

AROUND = Circumstances(12.5, PictureQuality.GOOD, "sarbide test", "models test")


def reported(track: ClosedTrack, picture: Image | None = None) -> PassageReport:
    consensus = vote(track)
    evidence = None
    if picture is not None:
        box = consensus.best_frame.read.box
        evidence = KeptFrame.of(picture, [consensus.best_frame.read]).evidence(box)
    passage = Passage.of(track, consensus, Direction.ENTRY, "CP-01", evidence)
    return report_of(passage, None, AROUND)


def approaching(count: int = 6) -> ClosedTrack:
    return a_track(*(Car().at(20 - 2 * step) for step in range(count)))


class TestReports:
    def test_every_frame_s_read_is_kept_as_it_was(self) -> None:
        track = a_track(a_read("1234BBC"), a_read("1234BBG", a_box(x=550)), a_read("1234BBC"))
        assert [vote.text for vote in reported(track).votes] == ["1234BBC", "1234BBG", "1234BBC"]

    def test_the_passage_s_time_is_that_of_its_clearest_frame(self) -> None:
        track = approaching()
        report = reported(track)
        assert report.first_seen_at == track.first.captured_at
        assert report.seen_at == report.last_seen_at == track.last.captured_at

    def test_the_id_comes_from_the_first_frame(self) -> None:
        first = approaching().first
        expected = passage_id(
            first.captured_at, "CP-01-a", first.frame_index, first.read.box.as_tuple()
        )
        assert reported(approaching()).passage_id == expected

    def test_a_vehicle_that_stood_there_for_long_still_fits_the_wire(self) -> None:
        report = reported(a_track(*[a_read("1234BBC")] * 1000))
        assert len(report.votes) <= 400
        assert report.frames == 1000
        assert report.votes[-1].frame == 999

    def test_an_unread_plate_is_reported_without_one(self) -> None:
        unread = replace(a_read("1234BBC", confidence=0.2), text="")
        assert reported(a_track(unread, unread)).plate is None


class TestColour:
    def test_what_the_frames_agree_on_is_reported(self) -> None:
        seen = replace(a_read("1234BBC"), colour="blue")
        unsure = replace(a_read("1234BBC"), colour=None)
        assert reported(a_track(seen, seen, unsure)).plate_colour is PlateColour.BLUE

    def test_what_no_frame_tells_is_left_open(self) -> None:
        assert reported(approaching()).plate_colour is None

    def test_the_device_signs_it(self) -> None:
        told = reported(approaching()).model_copy(update={"plate_colour": PlateColour.RED})
        assert b'"plate_colour":"red"' in signed_content(told)

    def test_a_report_without_it_is_signed_as_before_there_were_colours(self) -> None:
        """Or an older worker's signature would not hold any more."""
        report = reported(approaching(), np.full((720, 1280, 3), 90, np.uint8))
        content = signed_content(report)
        assert not any(f.encode() in content for f in ("plate_colour", "other_plates"))
        assert b"foreground" not in content


class TestPictures:
    def test_the_centre_learns_where_other_plates_are(self) -> None:
        picture = np.full((1440, 2560, 3), 90, np.uint8)
        mine, other = (
            a_read(box=a_box(1500, 900, 300, 90)),
            a_read("5678CDF", box=a_box(400, 800, 200, 60)),
        )
        evidence = KeptFrame.of(picture, [mine, other]).evidence(mine.box)
        assert evidence is not None
        plate, context = evidence.described()
        assert context.other_plates == ((150, 385, 250, 415),)
        assert plate.other_plates == ()

    def test_a_large_frame_is_made_smaller_and_the_plate_s_place_with_it(self) -> None:
        picture = np.full((2160, 3840, 3), 90, np.uint8)
        track = a_track(
            a_read(box=a_box(1500, 900, 300, 90)), a_read(box=a_box(1500, 900, 300, 90))
        )
        plate, context = reported(track, picture).pictures
        assert (context.width, context.height) == (CONTEXT_SIDE, 720)
        assert context.plate_box == (450, 285, 550, 315)
        assert plate.width >= 300

    def test_a_small_frame_is_kept_as_it_is(self) -> None:
        context = reported(approaching(), np.full((720, 1280, 3), 90, np.uint8)).pictures[1]
        assert (context.width, context.height) == (1280, 720)

    def test_a_plate_at_the_picture_s_edge_has_a_picture_too(self) -> None:
        corner = a_read(box=a_box(60, 15, 120, 30))
        plate = reported(a_track(corner, corner), np.zeros((720, 1280, 3), np.uint8)).pictures[0]
        assert plate.width > 0
