import json
from pathlib import Path

import numpy as np
import pytest

from anpr.errors import UnusableLabels
from anpr.evaluation import report
from anpr.evaluation.labels import LabelledPhoto, LabelledPlate, is_held_out, load_labels
from anpr.evaluation.outcomes import PhotoOutcome, judge
from anpr.evaluation.scores import Evaluation, aligned, evaluate
from anpr.evaluation.share import Share
from anpr.types import Box, PlateRead
from tests.anpr.builders import a_box, a_read

HEADER = "file\tx\ty\tw\th\ttext\tlegibility\tcountry\n"


def a_label(
    text: str | None = "1234BBC",
    box: Box | None = None,
    *,
    legibility: str = "clear",
    country: str | None = "ES",
) -> LabelledPlate:
    return LabelledPlate(box or a_box(), text, legibility, country)


def outcome(labels: list[LabelledPlate], *reads: PlateRead) -> PhotoOutcome:
    return judge(LabelledPhoto(Path("a.jpg"), tuple(labels)), list(reads))


class TestLabels:
    def write(self, folder: Path, *rows: str) -> Path:
        (folder / "labels.tsv").write_text(HEADER + "".join(row + "\n" for row in rows))
        for row in rows:
            (folder / row.split("\t")[0]).touch()
        return folder

    def test_one_plate_a_line_and_several_a_photo(self, tmp_path: Path) -> None:
        rows = ("a.jpg\t10\t20\t30.4\t8\t1234BBC\tclear\tES", "a.jpg\t90\t20\t30\t8\t\t\t")
        (photo,) = load_labels(self.write(tmp_path, *rows))
        readable, unreadable = photo.plates
        assert readable == LabelledPlate(Box(10, 20, 40, 28), "1234BBC", "clear", "ES")
        assert (unreadable.text, unreadable.counts, unreadable.country) == (None, False, None)

    def test_signs_outside_the_alphabet_are_searched_but_not_compared(self, tmp_path: Path) -> None:
        (photo,) = load_labels(self.write(tmp_path, "a.jpg\t1\t1\t9\t9\t皖A195K9\tclear\tCN"))
        assert photo.plates[0].text is None
        assert photo.plates[0].counts

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            (None, "there is no labels.tsv"),
            ("file\tx\ty\tw\th\n", "the column text is missing"),
            (HEADER + "a.jpg\tten\t1\t1\t1\tX\tclear\t\n", "line 2: x, y, w and h"),
            (HEADER + "none.jpg\t1\t1\t1\t1\tX\tclear\t\n", "names none.jpg, which is not there"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, table: str | None, words: str) -> None:
        if table is not None:
            (tmp_path / "labels.tsv").write_text(table)
            (tmp_path / "a.jpg").touch()
        with pytest.raises(UnusableLabels, match=words):
            load_labels(tmp_path)


class TestMatching:
    def test_each_label_takes_the_read_that_overlaps_it_most(self) -> None:
        near, far = a_box(x=300), a_box(x=700)
        judged = outcome(
            [a_label("1111BBB", near), a_label("2222CCC", far)],
            a_read("2222CCC", a_box(x=705)),
            a_read("1111BBB", a_box(x=298)),
        )
        assert [p.is_exact for p in judged.plates] == [True, True]
        assert judged.unlabelled == ()

    def test_a_loose_box_is_found_loosely_only(self) -> None:
        (plate,) = outcome([a_label(box=a_box(x=500))], a_read(box=a_box(x=554))).plates
        assert (plate.is_found, plate.is_found_tightly) == (True, False)

    def test_a_box_elsewhere_is_unlabelled_and_the_plate_missed(self) -> None:
        judged = outcome([a_label()], a_read(box=a_box(x=900)))
        assert not judged.plates[0].is_found
        assert judged.plates[0].character_errors == 7
        assert len(judged.unlabelled) == 1

    def test_look_alikes_are_forgiven_in_the_folded_figure_only(self) -> None:
        (plate,) = outcome([a_label("OI12345")], a_read("0112345")).plates
        assert (plate.is_exact, plate.is_exact_but_for_look_alikes) == (False, True)


class TestFigures:
    def evaluation(self) -> Evaluation:
        return evaluate(
            [
                outcome([a_label("1234BBC")], a_read("1234BBC")),
                outcome([a_label("1234BBC")], a_read("1284BBC")),
                outcome([a_label("AB123CD", a_box(width=50), country="IT")]),
                outcome([a_label(None, legibility="unreadable")], a_read("77")),
            ]
        )

    def test_found_exact_and_character_errors(self) -> None:
        overall = self.evaluation().overall
        assert overall.found == Share(2, 3)
        assert overall.exact == Share(1, 3)
        assert overall.character_error_rate == pytest.approx((0 + 1 + 7) / 21)

    def test_the_country_counts_where_it_is_known_and_the_plate_was_found(self) -> None:
        reads = [a_read(country="ES"), a_read(country="PT"), a_read()]
        labels = [a_label(), a_label(), a_label(country=None)]
        outcomes = [outcome([label], read) for label, read in zip(labels, reads, strict=True)]
        assert evaluate([*outcomes, outcome([a_label()])]).overall.country == Share(1, 2)

    def test_frames_of_one_car_count_as_one_plate(self) -> None:
        assert self.evaluation().overall.exact_by_plate == pytest.approx((0.5 + 0) / 2)

    def test_unreadable_plates_count_neither_way(self) -> None:
        evaluation = self.evaluation()
        assert evaluation.overall.plates == 3
        assert evaluation.unlabelled == 0

    def test_groups_by_width_and_country(self) -> None:
        groups = self.evaluation().groups
        assert [(s.name.strip(), s.plates) for s in groups["plate width"]] == [
            ("40-59 px", 1),
            ("120-179 px", 2),
        ]
        assert [(s.name, s.exact.hits) for s in groups["country"]] == [("ES", 1), ("IT", 0)]

    def test_confusions_count_what_was_read_for_what(self) -> None:
        assert self.evaluation().confusions == [("3", "8", 1)]

    def test_small_plates_can_be_left_out(self) -> None:
        outcomes = [outcome([a_label(box=a_box(width=50))], a_read())]
        assert evaluate(outcomes, min_width=80).overall.plates == 0

    def test_the_interval_of_a_share_is_wilsons(self) -> None:
        low, high = Share(9, 10).interval
        assert (low, high) == pytest.approx((0.5958, 0.9821), abs=1e-3)

    def test_a_plates_split_depends_on_its_text_alone(self) -> None:
        texts = [f"{i:04}BBC" for i in range(500)]
        share = np.mean([is_held_out(text) for text in texts])
        assert 0.3 < share < 0.5

    @pytest.mark.parametrize(
        ("wanted", "read", "pairs"),
        [
            ("ABC", "ABC", "AA BB CC"),
            ("ABC", "AC", "AA B- CC"),
            ("AC", "ABC", "AA -B CC"),
            ("A8C", "ABC", "AA 8B CC"),
        ],
    )
    def test_alignment(self, wanted: str, read: str, pairs: str) -> None:
        assert " ".join(a + b for a, b in aligned(wanted, read)) == pairs


class TestReports:
    def test_all_three_forms_say_the_same(self) -> None:
        figures = TestFigures().evaluation()
        text, markdown = report.as_text(figures), report.as_markdown(figures)
        plain = json.loads(json.dumps(report.as_json(figures)))
        assert "1/3 33.3 %" in text
        assert "| all | 3 | 2 | 66.7 % |" in markdown
        assert plain["overall"]["exact"]["hits"] == 1
        assert plain["groups"]["country"][1]["name"] == "IT"

    def test_nothing_to_compare_is_a_dash_and_no_crash(self) -> None:
        figures = evaluate([])
        assert " - " in report.as_text(figures) or report.as_text(figures).endswith("-")
        assert json.dumps(report.as_json(figures), allow_nan=False)
