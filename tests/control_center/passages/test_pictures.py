"""Pictures: claimed only when a person will need them, checked, masked, encrypted, erased."""

import base64
import hashlib
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from anpr.pictures.background import packed
from control_center.models import PassageRecord, PictureRecord
from core.database import transaction
from core.runtime import Runtime
from tests.control_center.builders import (
    CONTENT,
    CONTEXT_PICTURE,
    MORNING,
    PLATE_PICTURE,
    EdgeBox,
    announced,
    do_jobs,
    id_of,
    picture_bytes,
    report,
)
from tests.permits.builders import authorisation


@pytest.fixture
def wanted(edge: EdgeBox) -> str:
    """A passage whose pictures the centre asks for."""
    edge.report(report(None))
    do_jobs(edge.runtime)
    return str(id_of(None, MORNING))


def rows(runtime: Runtime) -> dict[str, PictureRecord]:
    with transaction(runtime.reading) as session:
        return {one.kind: one for one in session.scalars(select(PictureRecord))}


class TestInstructions:
    def test_a_passage_that_was_never_reported_waits(self, edge: EdgeBox) -> None:
        assert edge.instruction(str(id_of("1234BBC", MORNING))) == "wait"

    def test_an_undecided_passage_waits(self, edge: EdgeBox) -> None:
        edge.report(report())
        assert edge.instruction(str(id_of("1234BBC", MORNING))) == "wait"

    def test_another_box_learns_nothing(self, edge: EdgeBox, wanted: str) -> None:
        other = EdgeBox(edge.client.app, key_id="edge-02")  # type: ignore[arg-type]
        assert other.instruction(wanted) == "wait"
        assert other.upload(wanted).status_code == 404

    def test_a_doubtful_read_is_sent(self, edge: EdgeBox, wanted: str) -> None:
        assert edge.instruction(wanted) == "send"


class TestUpload:
    def test_the_plate_is_stored_as_it_was_announced(self, edge: EdgeBox, wanted: str) -> None:
        assert edge.upload(wanted, "plate").json() == {
            "passage_id": wanted,
            "kind": "plate",
            "stored": True,
        }
        row = rows(edge.runtime)["plate"]
        assert edge.runtime.store.get(row.store_key) == PLATE_PICTURE
        assert row.sha256 == hashlib.sha256(PLATE_PICTURE).hexdigest()

    def test_nothing_readable_reaches_the_disk(self, edge: EdgeBox, wanted: str) -> None:
        edge.upload(wanted, "plate")
        files = [p for p in edge.runtime.settings.data_dir.rglob("*") if p.is_file()]
        assert files
        assert not any(b"JFIF" in path.read_bytes() for path in files)

    def test_the_context_is_kept_as_filmed_and_masked(self, edge: EdgeBox, wanted: str) -> None:
        edge.upload(wanted, "context")
        kept = rows(edge.runtime)
        assert edge.runtime.store.get(kept["context-original"].store_key) == CONTEXT_PICTURE
        masked = edge.runtime.store.get(kept["context"].store_key)
        assert masked != CONTEXT_PICTURE
        assert cv2.imdecode(np.frombuffer(masked, np.uint8), 1).shape == (120, 160, 3)

    def test_other_plates_and_bystanders_that_the_report_tells_of_are_masked(
        self, edge: EdgeBox
    ) -> None:
        image = np.full((120, 160, 3), 90, np.uint8)
        striped = {"plate": (60, 100), "bystander": (20, 40), "other": (112, 124), "van": (44, 54)}
        for left, right in striped.values():
            image[40:60, left:right:2] = 255
        foreground = np.zeros((120, 160), np.bool_)
        foreground[30:70, 42:130] = foreground[30:70, 16:38] = True
        filmed = cv2.imencode(".jpg", image)[1].tobytes()
        context = announced("context") | {
            "sha256": hashlib.sha256(filmed).hexdigest(),
            "other_plates": [[112, 40, 124, 60]],
            "foreground": base64.b64encode(packed(foreground)).decode(),
        }
        edge.report(report(None, pictures=[context]))
        do_jobs(edge.runtime)
        assert edge.upload(str(id_of(None, MORNING)), "context", filmed).status_code == 200
        stored = edge.runtime.store.get(rows(edge.runtime)["context"].store_key)
        masked = cv2.imdecode(np.frombuffer(stored, np.uint8), cv2.IMREAD_GRAYSCALE)
        kept = {name: float(masked[42:58, a:b].std()) for name, (a, b) in striped.items()}
        assert min(kept["plate"], kept["van"]) > 50
        assert max(kept["bystander"], kept["other"]) < 20

    def test_uploading_twice_stores_once(self, edge: EdgeBox, wanted: str) -> None:
        first = edge.upload(wanted, "context")
        second = edge.upload(wanted, "context")
        assert (first.status_code, second.status_code) == (200, 200)
        assert sorted(rows(edge.runtime)) == ["context", "context-original"]

    @pytest.mark.parametrize(
        ("changes", "status", "word"),
        [
            ({"content": picture_bytes(10)}, 422, "not the one that was announced"),
            ({"context": b"another passage|plate"}, 422, "altered"),
            ({"sealed": b"not sealed at all"}, 422, "truncated or of another version"),
            ({"sealed": b""}, 422, "truncated"),
            ({"sealed": b"SB1" + b"x" * 4_100_000}, 413, "at most"),
        ],
        ids=["another picture", "another passage's", "not sealed", "empty", "too large"],
    )
    def test_anything_else_is_refused_and_nothing_stored(
        self, edge: EdgeBox, wanted: str, changes: dict[str, Any], status: int, word: str
    ) -> None:
        answer = edge.upload(wanted, "plate", **changes)
        assert (answer.status_code, word in answer.json()["detail"]) == (status, True)
        assert rows(edge.runtime) == {}

    def test_a_text_file_announced_as_a_picture_is_refused(self, edge: EdgeBox) -> None:
        text = b"this is not a picture"
        fake = {
            "kind": "context",
            "sha256": hashlib.sha256(text).hexdigest(),
            "width": 1,
            "height": 1,
        }
        edge.report(report(None, pictures=[fake]))
        do_jobs(edge.runtime)
        answer = edge.upload(str(id_of(None, MORNING)), "context", text)
        assert answer.status_code == 422
        assert "JPEG" in answer.json()["detail"]

    def test_an_unknown_kind_is_refused(self, edge: EdgeBox, wanted: str) -> None:
        path = f"/edge/v1/passages/{wanted}/pictures/driver"
        assert edge.send("PUT", path, b"x").status_code == 422


class TestErasing:
    def test_the_picture_of_an_authorised_passage_never_arrives(self, edge: EdgeBox) -> None:
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "1234BBC", profile="garage")
        edge.report(report("1234BBC"))
        do_jobs(edge.runtime)
        passage = str(id_of("1234BBC", MORNING))
        assert edge.instruction(passage) == "discard"
        assert edge.upload(passage).status_code == 409
        assert rows(edge.runtime) == {}

    def test_pictures_go_as_soon_as_a_grant_settles_the_passage(self, edge: EdgeBox) -> None:
        edge.report(report("1234BBC", MORNING))
        do_jobs(edge.runtime)
        passage = str(id_of("1234BBC", MORNING))
        for kind in CONTENT:
            edge.upload(passage, kind)
        keys = [row.store_key for row in rows(edge.runtime).values()]
        assert len(keys) == 3
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "1234BBC", profile="garage")
        do_jobs(edge.runtime)
        do_jobs(edge.runtime)
        left = list(edge.runtime.settings.data_dir.rglob("*.jpg"))
        assert left == []
        assert all(row.erased_at is not None for row in rows(edge.runtime).values())
        with transaction(edge.runtime.reading) as session:
            assert session.get_one(PassageRecord, UUID(passage)).status == "authorised"
