import numpy as np
import pytest

from anpr.vehicles.tracking import MAX_READS, ClosedTrack
from tests.anpr.builders import Car, Street, a_box, a_read


def approach(start: float = 14.0, end: float = 5.5, metres_a_frame: float = 0.45) -> list[float]:
    return list(np.arange(start, end, -metres_a_frame))


def texts(track: ClosedTrack) -> set[str]:
    return {r.read.text for r in track.reads}


class TestOneVehicle:
    @pytest.mark.parametrize("rate", [5.0, 8.0, 15.0])
    def test_an_approaching_vehicle_is_one_track_at_any_frame_rate(self, rate: float) -> None:
        street, car = Street(rate=rate), Car()
        for metres in approach(metres_a_frame=3.6 / rate):
            street.show(car.at(metres))
        assert [len(t.reads) for t in street.end()] == [len(approach(metres_a_frame=3.6 / rate))]

    def test_it_closes_soon_after_it_left_over_the_lower_edge(self) -> None:
        street, car = Street(), Car()
        for metres in approach():
            street.show(car.at(metres))
        street.empty(seconds=0.75)
        assert len(street.closed) == 1
        assert not street.tracker.has_open_tracks

    def test_a_second_hidden_behind_a_pole_does_not_split_it(self) -> None:
        street, car = Street(), Car()
        for metres in approach():
            hidden = 10 > metres > 7
            street.show(*([] if hidden else [car.at(metres)]))
        assert len(street.end()) == 1

    def test_stop_and_go_is_one_vehicle(self) -> None:
        street, car = Street(), Car()
        for metres in approach(14, 9):
            street.show(car.at(metres))
        for _ in range(80):
            street.show(car.at(9.0))
        for metres in approach(9, 5.5):
            street.show(car.at(metres))
        assert len(street.end()) == 1

    def test_a_vehicle_that_stands_while_frames_are_skipped_is_still_there_afterwards(self) -> None:
        street, car = Street(), Car()
        for metres in approach(14, 9):
            street.show(car.at(metres))
        street.nothing_moves(frames=160)
        for metres in approach(9, 5.5):
            street.show(car.at(metres))
        assert len(street.end()) == 1

    def test_a_standing_vehicle_may_be_hidden_by_one_that_passes_in_front(self) -> None:
        street, car = Street(), Car()
        for metres in approach(14, 9):
            street.show(car.at(metres))
        for _ in range(8):
            street.show(car.at(9.0))
        street.empty(seconds=3)
        for metres in approach(9, 5.5):
            street.show(car.at(metres))
        assert len(street.end()) == 1

    def test_one_cut_box_does_not_split_it(self) -> None:
        street, car = Street(), Car()
        for i, metres in enumerate(approach()[::-1]):
            read = car.at(metres)
            cut = a_box(*read.box.centre, read.box.width * 0.6, read.box.height)
            street.show(a_read("1BC", cut, confidence=0.2) if i == 14 else read)
        assert len(street.end()) == 1

    def test_two_halves_of_one_drive_are_joined_when_the_source_ends(self) -> None:
        street, car = Street(), Car()
        for i, metres in enumerate(approach(14, 9, 0.25)):
            read = car.at(metres)
            shifted = a_box(read.box.centre[0] + 600 * (i > 9), *read.box.centre[1:],
                            read.box.width, read.box.height)  # fmt: skip
            street.show(a_read(read.text, shifted))
        assert len(street.end()) == 1

    def test_it_keeps_a_bounded_number_of_reads_and_never_loses_the_first(self) -> None:
        street, car = Street(), Car()
        for metres in np.linspace(14, 6, 3 * MAX_READS):
            street.show(car.at(metres))
        (track,) = street.end()
        assert len(track.reads) <= MAX_READS
        assert track.first.frame_index == 0
        assert track.last.frame_index == 3 * MAX_READS - 1


class TestSeveralVehicles:
    def test_two_side_by_side_stay_two(self) -> None:
        street = Street()
        left, right = Car("1111BBB", lane=-0.9), Car("2222CCC", lane=0.9)
        for metres in approach():
            street.show(right.at(metres), left.at(metres + 0.6))
        assert [texts(t) for t in sorted(street.end(), key=lambda t: min(texts(t)))] == [
            {"1111BBB"},
            {"2222CCC"},
        ]

    def test_one_close_behind_the_other_stays_another(self) -> None:
        street = Street()
        for metres in approach(14, 1, 0.45):
            plates = [("1111BBB", metres), ("2222CCC", metres + 5)]
            street.show(*(Car(p).at(m) for p, m in plates if 5 < m < 14))
        assert sorted(map(sorted, map(texts, street.end()))) == [["1111BBB"], ["2222CCC"]]

    def test_the_text_keeps_neighbours_apart_when_their_boxes_swap_places(self) -> None:
        street = Street(rate=5)
        for i in range(12):
            shift = 22 * i
            street.show(
                a_read("1111BBB", a_box(x=400 + shift, y=400 + 4 * i)),
                a_read("2222CCC", a_box(x=640 - shift, y=400 + 4 * i)),
            )
        assert sorted(map(sorted, map(texts, street.end()))) == [["1111BBB"], ["2222CCC"]]

    def test_a_second_box_on_the_same_plate_is_not_a_second_vehicle(self) -> None:
        street, car = Street(), Car()
        for metres in approach():
            read = car.at(metres)
            inner = a_box(*read.box.centre, read.box.width * 0.7, read.box.height)
            street.show(read, a_read("1234BB", inner, confidence=0.6))
        assert len(street.end()) == 1

    def test_a_plate_that_was_lost_and_found_elsewhere_is_one_vehicle(self) -> None:
        street, car = Street(), Car()
        for i, metres in enumerate(approach(14, 6, 0.25)):
            read = car.at(metres)
            jump = 0 if i < 10 else 500
            street.show(a_read(read.text, a_box(read.box.centre[0] + jump, read.box.centre[1],
                                                read.box.width, read.box.height)))  # fmt: skip
        assert [len(t.reads) for t in street.end()] == [len(approach(14, 6, 0.25))]

    def test_the_next_vehicle_after_an_empty_second_is_another_although_it_looks_alike(
        self,
    ) -> None:
        street = Street()
        for plate in ("1111BBB", "2222CCC"):
            for metres in approach():
                street.show(Car(plate).at(metres))
            street.empty(seconds=1)
        assert len(street.end()) == 2


class TestWhatIsNoVehicle:
    def test_a_single_detection_is_a_flicker(self) -> None:
        street = Street()
        street.show(Car().at(9))
        street.empty(seconds=6)
        assert street.end() == []

    def test_lettering_on_a_van_is_no_vehicle_although_it_moves(self) -> None:
        street = Street()
        for i in range(5):
            read = a_read("LOREE", a_box(x=200 + 70 * i, y=600 - 60 * i, width=350, height=150),
                          confidence=0.2, detection_confidence=0.45)  # fmt: skip
            street.show(read)
        assert street.end() == []

    def test_a_muddy_plate_that_both_models_doubt_is_one_by_its_shape_and_course(self) -> None:
        street, car = Street(), Car("")
        for metres in approach():
            street.show(car.at(metres, confidence=0.1, detection_confidence=0.4))
        assert len(street.end()) == 1

    def test_two_flickers_seconds_apart_are_not_joined_to_a_vehicle(self) -> None:
        street = Street()
        street.show(a_read("", a_box(x=700, y=600, width=260, height=100)))
        street.empty(seconds=2)
        street.show(a_read("", a_box(x=960, y=640, width=270, height=70)))
        assert street.end() == []

    def test_text_burnt_into_the_picture_never_becomes_a_vehicle(self) -> None:
        street = Street()
        trembling = np.random.default_rng(1)
        for _ in range(200):
            x, y = trembling.normal(0, 1.2, 2)
            street.show(a_read("20261020", a_box(x=200 + x, y=60 + y)))
        assert street.end() == []

    def test_unreadable_plates_still_make_a_vehicle(self) -> None:
        street, car = Street(), Car("")
        for metres in approach():
            street.show(car.at(metres))
        assert len(street.end()) == 1


class TestRecordings:
    def test_a_frame_from_an_earlier_time_begins_another_recording(self) -> None:
        street, car = Street(), Car()
        for metres in approach():
            street.show(car.at(metres))
        street.index = 0
        street.show(car.at(14))
        assert len(street.closed) == 1

    def test_a_vehicle_of_the_last_clip_is_not_continued_an_hour_later(self) -> None:
        street, car = Street(), Car()
        for metres in approach(14, 9):
            street.show(car.at(metres))
        street.index += 8 * 3600
        for metres in approach(14, 9):
            street.show(car.at(metres))
        assert len(street.end()) == 2
