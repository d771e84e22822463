"""Notices: written first, delivered later, and outside production kept where they are."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import InvalidInput, Unavailable
from core.notifications.channels import AppInbox, Mailer, PostRoom
from core.notifications.models import Notice
from core.notifications.service import Recipient, deliver, notify
from core.notifications.states import Channel
from core.outbox import Job
from tests.permits.builders import NOW

ANE = UUID(int=3)


def recipient(channel: Channel = Channel.EMAIL, **data: str) -> Recipient:
    values = {"email": "ane@example.org", "postal_address": "Somera 4\n48005 Bilbao", **data}
    return Recipient(ANE, channel, "eu", **values)


def written(session: Session, to: Recipient | None = None, **words: str) -> Notice:
    values = {"subject": "Baimena", "body": "R-0001 amaitzen da", "about": "a:1", **words}
    notice = notify(session, to or recipient(), now=NOW, **values)
    assert notice is not None
    return notice


class FakeMailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a client needs; refuses the address nobody@example.org."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _SmtpSession)
        self.mails: list[str] = []


class _SmtpSession(socketserver.StreamRequestHandler):
    server: FakeMailServer

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.mails.append(self._mail())
                self._say("250 kept")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("550 no such box" if b"nobody@" in line else "250 fine")

    def _mail(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[FakeMailServer]:
    server = FakeMailServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def mailer(server: FakeMailServer) -> Mailer:
    return Mailer(f"smtp://127.0.0.1:{server.server_address[1]}", "sarbide@example.org")


class TestWriting:
    def test_a_notice_comes_with_its_delivery(self, session: Session) -> None:
        notice = written(session)
        job = session.scalars(select(Job)).one()
        assert (job.kind, job.payload) == ("deliver-notice", {"notice_id": str(notice.id)})

    def test_of_one_key_there_is_one(self, session: Session) -> None:
        written(session, key="reminder:1")
        again = notify(
            session, recipient(), subject="s", body="b", about="a:1", now=NOW, key="reminder:1"
        )
        assert again is None

    @pytest.mark.parametrize("words", ["1234 BBC", "1234BBC", "4821-HKZ", "BI-1234-AB"])
    def test_number_plates_are_refused(self, session: Session, words: str) -> None:
        for field in ("subject", "body"):
            with pytest.raises(InvalidInput, match="number plate"):
                written(session, **{field: f"Your vehicle {words} may enter"})

    @pytest.mark.parametrize("words", ["R-0591", "SB-2026-000123", "PC-2026-000017", "20:30"])
    def test_references_and_times_are_not_taken_for_plates(
        self, session: Session, words: str
    ) -> None:
        assert written(session, body=words).body == words


class TestDelivery:
    def test_outside_production_nothing_leaves(
        self, session: Session, mail_server: FakeMailServer
    ) -> None:
        notice = written(session)
        carriers = {Channel.EMAIL: mailer(mail_server)}
        deliver(session, notice.id, carriers, is_production=False, now=NOW)
        assert (notice.state, notice.sent_at, mail_server.mails) == ("kept", None, [])

    def test_in_production_it_goes_once(
        self, session: Session, mail_server: FakeMailServer
    ) -> None:
        notice = written(session)
        carriers = {Channel.EMAIL: mailer(mail_server)}
        for _ in range(2):
            deliver(session, notice.id, carriers, is_production=True, now=NOW)
        assert (notice.state, notice.sent_at) == ("sent", NOW)
        (mail,) = mail_server.mails
        assert "To: ane@example.org" in mail
        assert "R-0001 amaitzen da" in mail

    @pytest.mark.parametrize("email", ["", "nobody@example.org"])
    def test_what_can_never_go_is_shown_to_staff(
        self, session: Session, mail_server: FakeMailServer, email: str
    ) -> None:
        notice = written(session, recipient(email=email))
        carriers = {Channel.EMAIL: mailer(mail_server)}
        deliver(session, notice.id, carriers, is_production=True, now=NOW)
        assert notice.state == "failed"
        assert notice.problem

    def test_a_server_that_is_down_is_tried_again_later(self, session: Session) -> None:
        notice = written(session)
        for url in (None, "smtp://127.0.0.1:9"):
            carriers = {Channel.EMAIL: Mailer(url, "sarbide@example.org")}
            with pytest.raises(Unavailable):
                deliver(session, notice.id, carriers, is_production=True, now=NOW)
        assert notice.state == "queued"

    def test_letters_wait_for_the_post_room(self, session: Session, tmp_path: Path) -> None:
        notice = written(session, recipient(Channel.LETTER))
        carriers = {Channel.LETTER: PostRoom(tmp_path / "letters")}
        deliver(session, notice.id, carriers, is_production=True, now=NOW)
        (letter,) = (tmp_path / "letters").iterdir()
        assert letter.read_text().startswith("Somera 4\n48005 Bilbao\n\nBaimena")

    def test_the_app_shows_it_by_itself(self, session: Session) -> None:
        notice = written(session, recipient(Channel.PUSH))
        deliver(session, notice.id, {Channel.PUSH: AppInbox()}, is_production=True, now=NOW)
        assert notice.state == "sent"
