"""A picture's way, with the edge's own spool and uplink: asked for when the centre finds a breach
that the edge could not see, erased on both sides when the passage turns out authorised."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import select

from control_center.edge_boxes.centre_keys import picture_public_key
from control_center.models import PassageRecord, PictureRecord
from control_points.centre.centre_client import CentreClient
from control_points.centre.status import EdgeStatus
from control_points.centre.uplink import Uplink
from control_points.protocol import EdgeDecision, PassageReport, PictureKind
from control_points.storage.edge_store import EdgeStore
from control_points.storage.picture_files import picture_context
from control_points.vehicles.decisions import EdgeDecider
from core.clock import utc_now
from core.database import transaction
from core.sealing import seal
from permits.models import QuotaEntry
from tests.control_center.builders import (
    CONTENT,
    MORNING,
    EdgeBox,
    do_jobs,
    exit_report,
    id_of,
    report,
)
from tests.permits.builders import authorisation


@dataclass
class RealBox:
    """The edge's disk and its link to the centre; the cameras are left out."""

    box: EdgeBox
    store: EdgeStore
    uplink: Uplink

    def sees(self, raw: dict[str, Any]) -> UUID:
        """A passage that the edge found authorised on its list, with its sealed pictures."""
        decision = EdgeDecision(
            outcome="authorised", reason="quota_right", access_list_version=1, rule_version="1"
        )
        passage = PassageReport.model_validate({**raw, "decision": decision})
        key = picture_public_key(self.box.runtime.keys)
        sealed = {
            PictureKind(kind): seal(
                key, content, picture_context(passage.passage_id, PictureKind(kind))
            )
            for kind, content in CONTENT.items()
        }
        self.store.spool.store(passage, sealed, utc_now())
        return passage.passage_id

    def talks(self) -> None:
        """Report, let the centre decide, and do with the pictures what it says."""
        self.uplink.report()
        do_jobs(self.box.runtime)
        self.store.pictures.ask_at_once()
        while self.uplink.settle_pictures():
            pass
        do_jobs(self.box.runtime)

    def kept(self, passage: UUID) -> int:
        """Pictures of `passage` on the edge's disk."""
        return len(list((self.store.folder / "pictures").glob(f"{passage}.*")))

    def at_centre(self, passage: UUID) -> set[str]:
        """Pictures of `passage` that the centre has and has not erased."""
        with transaction(self.box.runtime.reading) as session:
            rows = session.scalars(
                select(PictureRecord).where(
                    PictureRecord.passage_id == passage, PictureRecord.erased_at.is_(None)
                )
            ).all()
        for row in rows:
            assert self.box.runtime.store.get(row.store_key)
        return {row.kind for row in rows}

    def status(self, passage: UUID) -> str:
        with transaction(self.box.runtime.reading) as session:
            return session.get_one(PassageRecord, passage).status


@pytest.fixture
def real(edge: EdgeBox, tmp_path: Path) -> Iterator[RealBox]:
    store = EdgeStore.open(tmp_path / "edge")
    client = CentreClient(
        "http://testserver", edge.key_id, edge._private, transport=edge.client._transport
    )
    uplink = Uplink(
        centre=client,
        spool=store.spool,
        pictures=store.pictures,
        decider=cast(EdgeDecider, None),
        status=EdgeStatus(started_at=utc_now(), cameras={}),
        signing_key=b"",
    )
    yield RealBox(edge, store, uplink)
    store.close()


def resident(edge: EdgeBox, *used: datetime) -> None:
    """A resident's permit of which the entries `used` are debited already."""
    with transaction(edge.runtime.writing) as session:
        permit = authorisation(session, edge.runtime.keys, "1234BBC")
        session.add_all(QuotaEntry(authorisation_id=permit.id, entered_at=at) for at in used)


class TestQuotaBreach:
    def test_gets_its_picture_although_the_edge_found_it_authorised(
        self, real: RealBox, edge: EdgeBox
    ) -> None:
        resident(edge, *(MORNING - timedelta(days=back) for back in (4, 5, 6, 7)))
        passage = real.sees(report("1234BBC"))
        real.talks()
        assert real.status(passage) == "pending"
        assert real.at_centre(passage) == {"plate", "context", "context-original"}
        assert real.kept(passage) == 0


class TestAuthorisedPassage:
    def test_keeps_its_picture_at_the_edge_while_the_stay_may_still_be_too_long(
        self, real: RealBox, edge: EdgeBox
    ) -> None:
        resident(edge)
        passage = real.sees(report("1234BBC"))
        real.talks()
        assert (real.status(passage), real.kept(passage)) == ("authorised", 2)
        assert real.at_centre(passage) == set()

    def test_loses_its_picture_everywhere_when_it_leaves_in_time(
        self, real: RealBox, edge: EdgeBox
    ) -> None:
        resident(edge)
        entry = real.sees(report("1234BBC"))
        real.talks()
        leaving = real.sees(exit_report("1234BBC", MORNING + timedelta(minutes=10)))
        real.talks()
        for passage in (entry, leaving):
            assert (real.kept(passage), real.at_centre(passage)) == (0, set())

    def test_sends_entry_and_exit_when_it_stayed_too_long(
        self, real: RealBox, edge: EdgeBox
    ) -> None:
        resident(edge)
        entry = real.sees(report("1234BBC"))
        real.talks()
        leaving = real.sees(exit_report("1234BBC", MORNING + timedelta(minutes=45)))
        real.talks()
        assert real.status(entry) == "pending"
        for passage in (entry, leaving):
            assert real.kept(passage) == 0
            assert "plate" in real.at_centre(passage)


def test_a_grant_in_time_erases_what_the_centre_had(real: RealBox, edge: EdgeBox) -> None:
    passage = real.sees(report("1234BBC"))
    real.talks()
    assert real.at_centre(passage)
    with transaction(edge.runtime.writing) as session:
        authorisation(session, edge.runtime.keys, "1234BBC", profile="garage")
    do_jobs(edge.runtime)
    assert real.status(passage) == "authorised"
    assert real.at_centre(passage) == set()
    assert passage == id_of("1234BBC", MORNING)
