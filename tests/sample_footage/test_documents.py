"""The footage that is shipped agrees with its scenario, its manifest and its register."""

import json
import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.synthesis.street.manifest import manifest, register
from anpr.synthesis.street.scenario import load_scenario
from core.plates import PlateNumber, is_valid_syntax
from permits.access import OFFENCES, Outcome, Reason

FOLDER = Path(__file__).resolve().parents[2] / "sample_footage"
SCENARIO = load_scenario(FOLDER / "scenario.toml")
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
REGISTER = json.loads((FOLDER / "register.json").read_text(encoding="utf-8"))
CLIPS = MANIFEST["clips"]
FILMED = [(clip, vehicle) for clip in CLIPS for vehicle in clip["vehicles"]]


def test_manifest_and_register_are_those_of_the_scenario() -> None:
    assert manifest(SCENARIO) == MANIFEST
    assert register(SCENARIO) == REGISTER


def test_no_clip_lies_about_without_being_listed() -> None:
    assert {path.name for path in FOLDER.glob("*.mp4")} == {clip["file"] for clip in CLIPS}


def test_all_files_together_stay_under_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 25_000_000


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip["file"])
def test_a_clip_is_as_long_and_as_large_as_the_manifest_says(clip: dict) -> None:
    video = cv2.VideoCapture(str(FOLDER / clip["file"]))
    count, sizes = 0, set()
    while True:
        more, picture = video.read()
        if not more:
            break
        count += 1
        sizes.add(picture.shape)
    assert count == clip["frames"]
    assert sizes == {(clip["height"], clip["width"], 3)}
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(clip["fps"])


def test_the_footage_is_labelled_as_rendered() -> None:
    assert MANIFEST["rendered"] is True
    assert "Every picture here is rendered" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_there_are_forty_vehicles_at_five_control_points() -> None:
    plates = {vehicle["plate"] for _, vehicle in FILMED if vehicle["plate"]}
    assert len(plates) >= 40
    assert len({clip["control_point"] for clip in CLIPS}) >= 5
    assert MANIFEST["totals"]["passages"] == len(FILMED)


def test_every_situation_worth_showing_is_filmed() -> None:
    reasons = {vehicle["expected"]["reason"] for _, vehicle in FILMED}
    cases = {vehicle["expected"]["case"] for _, vehicle in FILMED}
    assert reasons >= {
        "quota_right", "quota_exceeded", "outside_window", "loading_window", "specific_permit",
        "exempt", "unlimited", "no_permit", "wrong_gate", "vehicle_class_unknown",
        "did_not_pass", "plate_unread", "exit",
    }  # fmt: skip
    assert "overstay" in cases
    assert {clip["look"] for clip in CLIPS} == {"day", "rain", "glare", "night-infrared"}
    assert any(clip["covered"] for clip in CLIPS)
    assert {vehicle["kind"] for _, vehicle in FILMED} >= {"motorcycle", "taxi", "lorry"}
    assert {vehicle["country"] for _, vehicle in FILMED} >= {"ES", "FR", "PT", "DE"}


@pytest.mark.parametrize(("clip", "vehicle"), FILMED)
def test_an_expectation_is_one_the_rules_can_answer(clip: dict, vehicle: dict) -> None:
    expected = vehicle["expected"]
    Outcome(expected["outcome"])
    Reason(expected["reason"])
    if expected["outcome"] == Outcome.NOT_AUTHORISED:
        assert expected["case"] == expected["reason"]
    if expected["case"] is not None:
        assert Reason(expected["case"]) in OFFENCES


@pytest.mark.parametrize(("clip", "vehicle"), FILMED)
def test_a_plate_has_a_shape_of_its_country(clip: dict, vehicle: dict) -> None:
    if vehicle["plate"] is not None:
        assert is_valid_syntax(PlateNumber(vehicle["plate"]), vehicle["country"])


def test_a_plate_always_belongs_to_the_same_vehicle() -> None:
    described = defaultdict(set)
    for filmed in (vehicle for clip in SCENARIO.clip for vehicle in clip.vehicle):
        described[filmed.plate].add(
            (filmed.kind, filmed.paint, filmed.format, filmed.style, filmed.profile)
        )
    assert {plate: facts for plate, facts in described.items() if len(facts) > 1} == {
        "1928LKF": {  # infrared shows no colour, so none is given there
            ("suv", (64, 67, 72), "es_current", 2, "garage"),
            ("suv", None, "es_current", 2, "garage"),
        }
    }


def test_two_plates_are_never_so_alike_that_a_misread_would_be_the_other() -> None:
    plates = sorted({vehicle["plate"] for _, vehicle in FILMED if vehicle["plate"]})
    for one in plates:
        for other in plates:
            if one < other and len(one) == len(other):
                assert sum(a != b for a, b in zip(one, other, strict=True)) >= 3


def test_the_register_lists_the_filmed_vehicles_with_a_profile_and_no_others() -> None:
    listed = {entry["plate"]: entry["profile"] for entry in REGISTER}
    assert len(listed) == len(REGISTER)
    filmed = {v["plate"]: v["profile"] for _, v in FILMED if v["profile"]}
    assert listed == filmed


def test_nothing_happens_twice_at_a_camera_at_the_same_time() -> None:
    by_camera = defaultdict(list)
    for clip in CLIPS:
        by_camera[clip["camera"]].append(datetime.fromisoformat(clip["starts_at"]))
    for starts in by_camera.values():
        assert len(set(starts)) == len(starts)
    assert {datetime.fromisoformat(c["starts_at"]).date() for c in CLIPS} == {date(2026, 10, 20)}


def test_a_vehicle_is_seen_while_its_clip_runs() -> None:
    for clip, vehicle in FILMED:
        seen = datetime.fromisoformat(vehicle["seen_at"])
        after = (seen - datetime.fromisoformat(clip["starts_at"])).total_seconds()
        assert 0 < after < clip["frames"] / clip["fps"]


def test_the_picture_under_the_cloth_shows_nothing_of_the_street() -> None:
    clip = next(clip for clip in CLIPS if clip["covered"])
    start = datetime.fromisoformat(clip["starts_at"])
    middle = datetime.fromisoformat(clip["covered"][0]["from"])
    number = round(((middle - start).total_seconds() + 2.5) * clip["fps"])
    video = cv2.VideoCapture(str(FOLDER / clip["file"]))
    pictures = [video.read()[1] for _ in range(number + 1)]
    open_view, covered = (np.std(pictures[n][60:].astype(float)) for n in (0, number))
    assert covered < open_view / 4


def test_the_files_do_not_speak_of_machines() -> None:
    for name in ("README.md", "scenario.toml", "manifest.json", "register.json"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"/(home|root|work|tmp)/", text)
