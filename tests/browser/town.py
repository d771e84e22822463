"""A small town whose applications are really served: people, permits, passages, cases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select

from control_center.models import PassageRecord
from core.accounts.service import SessionKind, create_account, log_in
from core.clock import municipal
from core.database import transaction
from core.identity import Role
from core.runtime import Runtime
from sanctions import procedure
from sanctions.models import InfractionCase
from tests.browser.scenes import PICTURES, announced
from tests.clients import PASSWORD
from tests.control_center.builders import MORNING, NOON, EdgeBox, do_jobs, id_of, report
from tests.permits.builders import authorisation, holder
from tests.sanctions import lives

DAYS_AGO = NOON - timedelta(hours=73)
"""Long enough for the time to put an entry right to be over."""
_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"


def spaced(plate: str) -> str:
    """As pages write it: 1234 BBC."""
    return f"{plate[:4]} {plate[4:]}"


@dataclass(frozen=True)
class Resident:
    login: str
    reference: str
    plate: str


class Town:
    """What tests do with the town beside clicking: vehicles pass, people get accounts.

    It is shared by all tests of a run: each brings the vehicles, cases and residents it changes.
    """

    def __init__(self, runtime: Runtime, edge: EdgeBox, addresses: dict[str, str]) -> None:
        self.runtime = runtime
        self.addresses = addresses
        """Address of the ``staff`` and of the ``citizen`` application."""
        self._edge = edge
        edge.client = httpx2.Client(base_url=addresses["staff"], timeout=60)  # type: ignore[assignment]
        self._numbers = count(4301)
        self._tokens: dict[str, str] = {}
        self._kinds: dict[str, SessionKind] = {}

    def new_plate(self) -> str:
        """A plate that nobody in town has yet."""
        number = next(self._numbers)
        return f"{number}{_LETTERS[number % 20]}{_LETTERS[number // 20 % 20]}K"

    # People

    def add_staff(self, login: str, name: str, role: Role, number: str | None = None) -> None:
        with transaction(self.runtime.writing) as session:
            create_account(
                session,
                login=login,
                password=PASSWORD,
                display_name=name,
                roles=[role],
                agent_number=number,
            )
        self._kinds[login] = "staff"

    def add_resident(self, login: str, name: str, *more_plates: str, **data: Any) -> Resident:
        """Somebody with an authorisation for a vehicle, and an account for the app."""
        plate = self.new_plate()
        with transaction(self.runtime.writing) as session:
            person = holder(session, self.runtime.keys, name)
            row = authorisation(session, self.runtime.keys, plate, *more_plates, to=person, **data)
            create_account(
                session,
                login=login,
                password=PASSWORD,
                display_name=name.split(maxsplit=1)[0],
                roles=[Role.CITIZEN],
                holder_id=person.id,
            )
            reference = row.reference
        self._kinds[login] = "citizen"
        return Resident(login, reference, plate)

    def permit(self, plate: str, profile: str, **data: Any) -> None:
        with transaction(self.runtime.writing) as session:
            authorisation(session, self.runtime.keys, plate, profile=profile, **data)

    def address_for(self, login: str) -> str:
        return self.addresses[self._kinds[login]]

    def login_cookie(self, login: str) -> dict[str, str]:
        """The cookie of somebody who is logged in already."""
        kind = self._kinds[login]
        if login not in self._tokens:
            with transaction(self.runtime.writing) as session:
                self._tokens[login] = log_in(session, login, PASSWORD, kind)
        name = f"sarbide-{kind}-session"
        return {"name": name, "value": self._tokens[login], "url": self.addresses[kind]}

    # Vehicles

    def do_jobs(self) -> None:
        """What a worker would do now; in a thread, as the browser's loop holds this one."""
        with ThreadPoolExecutor(1) as worker:
            worker.submit(do_jobs, self.runtime).result()

    def passage(self, plate: str | None, at: datetime = NOON, **fields: Any) -> UUID:
        """A vehicle passes: the edge box reports it, signed, and the centre decides."""
        shown = plate or "3127 ???"
        values = {"pictures": announced(shown), **fields}
        answer = self._edge.report(report(plate, at, **values))
        assert answer.status_code == 200, answer.text
        assert [one["status"] for one in answer.json()["receipts"]] == ["accepted"], answer.text
        self.do_jobs()
        return id_of(plate, at, values.get("control_point", "CP-01"))

    def send_pictures(self, passage: UUID, plate: str | None) -> None:
        for kind, picture in PICTURES.items():
            answer = self._edge.upload(str(passage), kind, picture(plate or "3127 ???"))
            assert answer.status_code == 200, answer.text

    def possible_infraction(self, plate: str | None = None, at: datetime = DAYS_AGO) -> UUID:
        """A case whose time to be put right is over and whose pictures have come."""
        shown = plate or self.new_plate()
        self.runtime.clock.move_to(at + timedelta(minutes=1))
        passage = self.passage(shown, at)
        self.send_pictures(passage, shown)
        self.runtime.clock.move_to(NOON)
        self.do_jobs()
        with transaction(self.runtime.reading) as session:
            wanted = select(InfractionCase).where(InfractionCase.passage_id == passage)
            return session.scalars(wanted).one().id

    def case(self, case_id: UUID) -> tuple[str, str]:
        """(reference, state) of a case."""
        with transaction(self.runtime.reading) as session:
            found = session.get_one(InfractionCase, case_id)
            return found.reference, found.state

    def instruct(self, case_id: UUID) -> None:
        """An agent validates, the denuncia is served, allegations come, the instructor proposes."""
        now = self.runtime.clock.now()
        with transaction(self.runtime.writing) as session:
            lives.validate(session, session.get_one(InfractionCase, case_id), now)
            procedure.find_holder(session, case_id, lives.HOLDER, enquired_at=now, now=now)
            procedure.start_notifying(session, case_id, channel="post", now=now)
            procedure.serve(session, case_id, served_on=municipal(now).date(), how="post", now=now)
            lives.allege(session, case_id, now)
            lives.propose(session, case_id, now)

    def status_of(self, passage: UUID) -> str:
        with transaction(self.runtime.reading) as session:
            return session.get_one(PassageRecord, passage).status

    def heartbeat(self, **qualities: str) -> None:
        """The edge box reports its cameras: `CP_01="good"` and so on."""
        now = NOON.isoformat()
        cameras = [
            {
                "camera": f"{point.replace('_', '-')}-A",
                "control_point": point.replace("_", "-"),
                "state": "running",
                "frames_per_second": 7.9,
                "frames_dropped": 0,
                "quality": quality,
                "last_frame_at": now,
                "last_passage_at": now if quality == "good" else None,
            }
            for point, quality in qualities.items()
        ]
        body = {
            "device": self._edge.key_id,
            "sent_at": now,
            "started_at": now,
            "read_latency_ms_median": 20.0,
            "read_latency_ms_p99": 41.0,
            "queue": 0,
            "pictures_waiting": 2,
            "clock_offset_ms": 3.0,
            "access_list_version": 1,
            "disk_free_mb": 9000,
            "cameras": cameras,
            "software": "sarbide test",
        }
        answer = self._edge.send("POST", "/edge/v1/heartbeats", body)
        assert answer.status_code == 200, answer.text


def settle(town: Town) -> None:
    """An ordinary Tuesday at half past twelve."""
    town.add_staff("operator", "Nerea Operator", Role.OPERATOR)
    town.add_staff("agent", "Jon Agirre", Role.POLICE, "48-1207")
    town.add_staff("colleague", "Ander Ruiz", Role.POLICE, "48-0815")
    town.add_staff("instructor", "Begoña Instructor", Role.INSTRUCTOR)
    town.add_staff("resolver", "Kepa Resolver", Role.RESOLVER)
    town.add_staff("chief", "Idoia Police Chief", Role.POLICE_CHIEF)
    town.add_staff("desk", "Miren Desk", Role.SERVICE_DESK)
    town.add_staff("rules", "Iker Rules", Role.RULES_MANAGER)
    resident = town.add_resident("ane", "Ane Etxebarria Gil", "5678FGH", place="Somera 4, 2.º A")
    town.permit("2468HJK", "garage")
    town.permit("1357LMN", "taxi")
    town.heartbeat(CP_01="good", CP_02="covered", CP_03="good")
    town.passage(resident.plate, MORNING - timedelta(minutes=20))
    town.passage("2468HJK", MORNING + timedelta(minutes=5), control_point="CP-02")
    town.passage("1357LMN", NOON - timedelta(minutes=31))
    town.passage("2468HJK", NOON - timedelta(minutes=12), control_point="CP-03", direction="exit")
