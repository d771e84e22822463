"""What goes to the centre and comes from it, in turns: key, access list, passages, pictures."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from control_points.access.access_list import opened
from control_points.cameras.backoff import Backoff
from control_points.centre.status import EdgeStatus
from control_points.errors import AccessListRefused, CentreUnreachable, RequestRefused
from control_points.protocol import (
    MAX_BATCH,
    BatchReceipt,
    PassageReport,
    PictureAnswer,
    PictureKind,
    PictureReceipt,
    SignedAccessList,
)
from control_points.storage.picture_spool import KeptPicture, PictureSpool
from control_points.storage.spool import Spool
from control_points.vehicles.decisions import EdgeDecider
from core.clock import utc_now
from core.errors import InvalidInput

CONFLICT = 409
IDLE = 1.0
"""Seconds between turns when nothing calls for one."""
HURRIED = 2.0
UPLOADS_A_TURN = 8
"""Pictures in one turn, so that passages never wait long behind them."""
TIDY_EVERY = timedelta(minutes=1)
PREPARE_AGAIN = timedelta(seconds=5)
REFUSED_AGAIN = timedelta(seconds=30)

log = structlog.get_logger()


class Centre(Protocol):
    """What the uplink asks of `control_points.centre.centre_client.CentreClient`."""

    def report(self, reports: list[PassageReport]) -> BatchReceipt: ...

    def ask(self, passage_ids: list[UUID]) -> PictureAnswer: ...

    def upload(self, passage_id: UUID, kind: PictureKind, sealed: bytes) -> PictureReceipt: ...

    def access_list(self, have: int) -> SignedAccessList: ...

    def plate_hash_key(self) -> bytes: ...


@dataclass
class Uplink:
    """Used by one thread; `wake` may be set by any."""

    centre: Centre
    spool: Spool
    pictures: PictureSpool
    decider: EdgeDecider
    status: EdgeStatus
    signing_key: bytes
    """The centre's, for access lists."""
    clock: Callable[[], datetime] = utc_now
    backoff: Backoff = field(default_factory=Backoff)
    wake: threading.Event = field(default_factory=threading.Event)
    prepared: threading.Event = field(default_factory=threading.Event)
    """Key and access list are there."""
    is_hurried: bool = False
    """The worker is about to end: shorter waits for a centre out of reach."""
    _tidied_at: datetime | None = None
    _prepare_at: datetime | None = None
    _problem: str | None = None
    _heard: bool = False
    """The centre has answered something in this turn."""

    def run(self, stop: threading.Event) -> None:
        """Take turns until `stop`."""
        while not stop.is_set():
            wait = self.turn()
            if self.status.is_centre_reachable:
                self.wake.wait(wait)
                self.wake.clear()
            else:
                stop.wait(min(wait, HURRIED) if self.is_hurried else wait)

    def turn(self) -> float:
        """Do what there is to do; the seconds after which to look again."""
        self._tidy()
        try:
            more = self._exchange()
        except CentreUnreachable as error:
            return self._unreachable(error)
        self._reachable()
        return 0.0 if more else IDLE

    def _exchange(self) -> bool:
        """One round with the centre; whether there is more to do at once."""
        self._heard = False
        problem = self._prepare()
        more = self.report()
        more |= self.settle_pictures()
        if problem is not None and not self._heard:
            raise problem
        return more

    def _prepare(self) -> CentreUnreachable | None:
        """Fetch the key and a newer list. Without them passages still go out, undecided."""
        now = self.clock()
        if self._prepare_at is not None and now < self._prepare_at:
            return None
        try:
            self._fetch_what_is_missing()
        except CentreUnreachable as error:
            self._prepare_at = now + PREPARE_AGAIN if self._heard else None
            return error
        except (RequestRefused, InvalidInput) as error:
            log.error("deciding is left to the centre", problem=str(error))
            self._prepare_at = now + REFUSED_AGAIN
        return None

    def _fetch_what_is_missing(self) -> None:
        held = self.decider.held
        if self.decider.key is None:
            self.decider.key = self.centre.plate_hash_key()
            self._heard = True
        if held.head is None or (self.status.newest_list or 0) > held.version:
            self._fetch_list()
            self._heard = True
        self.prepared.set()

    def _fetch_list(self) -> None:
        """The changes, or the whole list where they don't fit."""
        try:
            self._take_list(self.decider.held.version)
        except AccessListRefused as error:
            if self.decider.held.version == 0:
                raise
            log.warning("access list refused", problem=str(error))
            self._take_list(0)

    def _take_list(self, have: int) -> None:
        fresh = opened(self.centre.access_list(have), self.signing_key)
        self.decider.held.take(fresh)
        self.status.newest_list = max(fresh.version, self.status.newest_list or 0)
        log.info("access list in use", version=fresh.version, vehicles=self.decider.held.count())

    def report(self) -> bool:
        """Send the oldest passages; whether more are waiting."""
        reports = self.spool.waiting(MAX_BATCH)
        if not reports:
            return False
        before = self.spool.count("waiting")
        self._hand_over(reports)
        self._heard = True
        return 0 < self.spool.count("waiting") <= before - len(reports)

    def _hand_over(self, reports: list[PassageReport]) -> None:
        """A batch that is refused whole is halved, until the passage at fault is alone."""
        try:
            receipt = self.centre.report(reports)
        except RequestRefused as error:
            if len(reports) == 1:
                self.spool.set_aside(reports[0].passage_id, str(error))
                log.error("passage set aside", passage=str(reports[0].passage_id))
                return
            middle = len(reports) // 2
            self._hand_over(reports[:middle])
            self._hand_over(reports[middle:])
            return
        self._settle(reports, receipt)

    def _settle(self, reports: list[PassageReport], receipt: BatchReceipt) -> None:
        sent = {report.passage_id for report in reports}
        answered = [r for r in receipt.receipts if r.passage_id in sent]
        self.spool.settle(answered)
        for refused in (r for r in answered if r.problem):
            log.error("passage set aside", passage=str(refused.passage_id), problem=refused.problem)
        if not answered:
            raise CentreUnreachable("The control centre receipted none of the passages sent.")

    def settle_pictures(self) -> bool:
        """Ask about pictures and send what is claimed; whether more is to be done at once."""
        now = self.clock()
        asked = self.pictures.to_ask(now, MAX_BATCH)
        if asked:
            self._ask(asked, now)
        claimed = self.pictures.claimed(UPLOADS_A_TURN)
        for picture in claimed:
            self._upload(picture)
        self._heard |= bool(asked or claimed)
        return len(asked) == MAX_BATCH or len(claimed) == UPLOADS_A_TURN

    def _ask(self, asked: list[UUID], now: datetime) -> None:
        try:
            answer = self.centre.ask(asked)
        except (RequestRefused, CentreUnreachable) as error:
            _raise_unless_answered(error)
            log.error("question about pictures refused", problem=str(error))
            self.pictures.unanswered(asked, now)
            return
        wanted = set(asked)
        instructions = [i for i in answer.instructions if i.passage_id in wanted]
        self.pictures.instruct(instructions, now)
        self.pictures.unanswered(wanted - {i.passage_id for i in instructions}, now)

    def _upload(self, picture: KeptPicture) -> None:
        sealed = self.pictures.sealed(picture)
        if sealed is None:
            log.error("picture is gone", passage=str(picture.passage_id), kind=picture.kind.value)
            self.pictures.refuse(picture)
            return
        try:
            receipt = self.centre.upload(picture.passage_id, picture.kind, sealed)
        except (RequestRefused, CentreUnreachable) as error:
            _raise_unless_answered(error)
            self._keep_back(picture, error)
            return
        if receipt.stored:
            self.pictures.sent(picture)
        else:
            self.pictures.refuse(picture)

    def _keep_back(self, picture: KeptPicture, error: RequestRefused | CentreUnreachable) -> None:
        """Not wanted any more, or the centre stumbled over it: ask again later. Else: aside."""
        if error.answer == CONFLICT or isinstance(error, CentreUnreachable):
            self.pictures.unclaim(picture, self.clock())
        else:
            self.pictures.refuse(picture)
        log.warning("picture not taken", passage=str(picture.passage_id), problem=str(error))

    def _tidy(self) -> None:
        now = self.clock()
        if self._tidied_at is None or now - self._tidied_at >= TIDY_EVERY:
            self._tidied_at = now
            self.pictures.erase_overdue(now)
            self.spool.forget_old(now)

    def _unreachable(self, error: CentreUnreachable) -> float:
        self.status.is_centre_reachable = False
        if str(error) != self._problem:
            self._problem = str(error)
            log.warning("centre unreachable", problem=self._problem)
        return max(self.backoff.failed(), error.retry_after or 0.0)

    def _reachable(self) -> None:
        if self._problem is not None:
            log.info("centre is back", waiting=self.spool.count("waiting"))
        self._problem = None
        self.status.is_centre_reachable = True
        self.backoff.worked()


def _raise_unless_answered(error: RequestRefused | CentreUnreachable) -> None:
    """One picture that the centre fails on must not hold up the passages."""
    if isinstance(error, CentreUnreachable) and not error.is_stumble:
        raise error
