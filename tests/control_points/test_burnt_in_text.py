"""A camera that writes its name and a ticking clock into the picture: no vehicle drives there."""

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.pictures.images import frames_of_video
from anpr.reader import load_reader
from anpr.types import Frame, Image
from control_points.cameras.events import Break, Shot
from control_points.centre.status import CameraStatus, Latencies
from control_points.config import CameraConfig
from control_points.storage.edge_store import EdgeStore
from control_points.vehicles.lane import Lane
from control_points.vehicles.passages import Passage
from control_points.vehicles.reading import ReadingPool
from tests.anpr.conftest import shared_data
from tests.control_points.builders import MORNING

__all__ = ["shared_data"]
CLOCK_BOTTOM = 42
"""Pixels from the upper edge of the gate video that its clock takes."""


def passages_of(edge: EdgeStore, pictures: list[Image], rate: float) -> list[Passage]:
    """What a worker with the shipped models makes of a live camera's pictures."""
    camera = CameraConfig(
        camera="CP-01-A", control_point="CP-01", direction="entry", approach="towards",
        source="roll",
    )  # fmt: skip
    found: list[Passage] = []
    status = CameraStatus("CP-01-A", "CP-01")
    lane = Lane(camera, status, edge.journal, lambda passage, _: found.append(passage))
    pool = ReadingPool(load_reader, 1, Latencies())
    at = MORNING
    for number, picture in enumerate(pictures):
        at = MORNING + timedelta(seconds=number / rate)
        shot = Shot(Frame(picture, at, "CP-01-A", number))
        lane.finish(shot, lane.begin(shot, pool))
    lane.finish(Break("CP-01-A", at), None)
    pool.close()
    return found


def with_clock(number: int) -> Image:
    """A street in noise, with white digits on black that change with every picture."""
    rng = np.random.default_rng(number)
    image = rng.integers(90, 130, (720, 1280, 3), dtype=np.uint8)
    cv2.rectangle(image, (496, 0), (1280, CLOCK_BOTTOM), (0, 0, 0), -1)
    clock = f"2020-05-22 08:04:{number % 60:02d} CAM 14B0281{number % 10}"
    cv2.putText(image, clock, (500, 34), cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2)
    # The name of the camera, as large and as wide as a plate, flickers with the compression.
    cv2.rectangle(image, (40, 640), (300, 700), (235, 235, 235), -1)
    cv2.putText(image, "CAM1402B", (50, 685), cv2.FONT_HERSHEY_DUPLEX, 1.5, (20, 20, 20), 3)
    return image


def test_no_picture_of_a_clock_is_a_passage(edge: EdgeStore) -> None:
    assert passages_of(edge, [with_clock(number) for number in range(15)], 5.0) == []


@pytest.mark.slow
@pytest.mark.shared_data
def test_at_a_real_gate_only_vehicles_are(edge: EdgeStore, shared_data: Path) -> None:
    video = shared_data / "plates" / "gate_video" / "cars.mp4"
    pictures = [image for index, _, image in frames_of_video(video) if index % 3 == 0]
    found = passages_of(edge, pictures, 10.0)
    assert 2 <= len(found) <= 4
    assert all(vote.read.box.y1 > CLOCK_BOTTOM for passage in found for vote in passage.votes)
