from dataclasses import replace

import pytest

from anpr.vehicles.consensus import vote
from core.plates import PlateNumber
from tests.anpr.builders import Car, a_box, a_read, a_track


class TestThePlate:
    def test_agreement_over_frames_makes_a_plate(self) -> None:
        consensus = vote(a_track(*[a_read("1234BBC")] * 5))
        assert consensus.plate == PlateNumber("1234BBC")
        assert (consensus.votes, consensus.frames) == (5, 5)
        assert consensus.confidence > 0.9

    def test_one_lucky_frame_is_not_enough(self) -> None:
        reads = [a_read("1234BBC", confidence=0.99)] + [a_read("", confidence=0.4)] * 4
        assert vote(a_track(*reads)).plate is None

    def test_two_agreeing_frames_are(self) -> None:
        reads = [a_read("1234BBC")] * 2 + [a_read("", confidence=0.4)] * 3
        assert vote(a_track(*reads)).plate == PlateNumber("1234BBC")

    def test_large_sure_reads_outvote_many_small_doubtful_ones(self) -> None:
        far = [a_read("1284BBC", a_box(width=30), confidence=0.35)] * 6
        near = [a_read("1234BBC", a_box(width=140), confidence=0.97)] * 4
        assert vote(a_track(*far, *near)).plate == PlateNumber("1234BBC")

    def test_a_character_is_decided_by_all_frames_together(self) -> None:
        unsure = a_read("1234BBC", doubts={2: ("8", 0.5)})
        sure = a_read("1234BBC")
        assert unsure.text == "1284BBC"
        assert vote(a_track(unsure, unsure, sure, sure, sure)).plate == PlateNumber("1234BBC")

    def test_cut_reads_do_not_shift_the_characters_of_whole_ones(self) -> None:
        cut = a_read("234BBC", confidence=0.8)
        reads = [cut, cut, *[a_read("1234BBC", a_box(width=150))] * 4]
        assert vote(a_track(*reads)).plate == PlateNumber("1234BBC")

    def test_two_texts_of_equal_weight_are_left_to_a_person(self) -> None:
        reads = [a_read("1234BBC"), a_read("9876JKL")] * 3
        consensus = vote(a_track(*reads))
        assert consensus.plate is None
        assert consensus.confidence < 0.7

    def test_a_plate_that_no_frame_could_read_is_left_to_a_person(self) -> None:
        dirty = [a_read(t, confidence=0.3) for t in ("1Z34", "7Z84B", "1234", "J23")]
        consensus = vote(a_track(*dirty))
        assert consensus.plate is None
        assert consensus.frames == 4

    def test_a_fragment_is_no_plate_however_often_it_is_read(self) -> None:
        assert vote(a_track(*[a_read("12")] * 6)).plate is None

    def test_candidates_are_told_best_first_and_at_most_five(self) -> None:
        doubtful = a_read("1234BBC", doubts={6: ("G", 0.4)})
        candidates = vote(a_track(*[doubtful] * 3)).candidates
        assert [c.text for c in candidates[:2]] == ["1234BBC", "1234BBG"]
        assert len(candidates) <= 5
        assert sum(c.probability for c in candidates) <= 1.0001


class TestTheCountry:
    @pytest.mark.parametrize(
        ("countries", "winner"),
        [
            (["ES", "ES", "PT"], "ES"),
            (["ES", "PT", "FR"], None),
            ([None, None, "PT"], None),
        ],
    )
    def test_it_needs_a_clear_majority(
        self, countries: list[str | None], winner: str | None
    ) -> None:
        looks = {"country_confidence": 0.97}
        reads = [a_read("12AB34C", country=c, **looks) for c in countries]  # type: ignore[arg-type]
        assert vote(a_track(*reads)).country == winner


class TestTheEvidence:
    def test_the_best_frame_is_the_largest_sure_read_of_the_plate(self) -> None:
        reads = [Car("1234BBC").at(m) for m in (14, 11, 8)] + [a_read("1Z", a_box(width=300))]
        assert vote(a_track(*reads)).best_frame.frame_index == 2


class TestFramesThatDisagree:
    def test_a_text_read_once_wins_when_a_second_frame_held_it_possible(self) -> None:
        whole = a_read("1234BBC", confidence=0.97)
        doubtful = a_read("1234B8C", confidence=0.9, doubts={5: ("B", 0.43)})
        assert vote(a_track(whole, doubtful, doubtful)).plate == PlateNumber("1234BBC")

    def test_a_frame_of_another_vehicle_cannot_rule_the_text_out(self) -> None:
        reads = [a_read("1234BBC")] * 3 + [a_read("9999XYZ", confidence=0.99)]
        assert vote(a_track(*reads)).plate == PlateNumber("1234BBC")

    def test_many_doubtful_frames_claim_no_more_than_their_best_three_together(self) -> None:
        doubtful = [a_read("1234BBC", confidence=0.4)] * 30
        assert vote(a_track(*doubtful)).confidence < 0.9

    def test_the_formats_of_the_country_decide_between_look_alikes(self) -> None:
        reads = [a_read("BA123C0", country="SK", doubts={6: ("O", 0.3)})] * 4
        assert vote(a_track(*reads)).plate == PlateNumber("BA123CO")


class TestWhatElseIsTold:
    def test_the_colour_that_most_frames_see(self) -> None:
        reads = [replace(a_read(), colour=c) for c in ("blue", "blue", "white", None)]
        assert vote(a_track(*reads)).colour == "blue"

    def test_no_colour_when_frames_disagree_or_tell_none(self) -> None:
        split = [replace(a_read(), colour=c) for c in ("blue", "white")]
        assert vote(a_track(*split)).colour is None
        assert vote(a_track(a_read(), a_read())).colour is None

    def test_whether_the_text_fits_a_format(self) -> None:
        assert vote(a_track(*[a_read("1234BBC")] * 3)).fits_format
        assert not vote(a_track(*[a_read("SARBIDE7")] * 3)).fits_format
