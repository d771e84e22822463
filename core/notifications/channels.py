"""The ways out: e-mail over SMTP, the app, and letters for the post room."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from core.errors import InvalidInput, Unavailable
from core.notifications.models import Notice
from core.notifications.states import Channel
from core.settings import Settings

_TIMEOUT_SECONDS = 20


class Carrier(Protocol):
    """Takes a notice on its way."""

    def carry(self, notice: Notice) -> None:
        """Raises InvalidInput when it can never go, Unavailable when it can't go now."""


class Mailer:
    """E-mail over SMTP (RFC 5321); ``smtps://`` speaks TLS from the start, ``smtp://`` asks for
    it with STARTTLS wherever the server offers it."""

    def __init__(self, url: str | None, sender: str) -> None:
        self._url, self._sender = url, sender

    def carry(self, notice: Notice) -> None:
        if not notice.address:
            raise InvalidInput("The holder has no e-mail address.")
        if self._url is None:
            raise Unavailable("No mail server is set: set SARBIDE_SMTP_URL.")
        try:
            self._send(self._url, _mail(notice, self._sender))
        except smtplib.SMTPRecipientsRefused as error:
            raise InvalidInput("The mail server refuses the address.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"The mail server does not take mail: {error}") from error

    @staticmethod
    def _send(url: str, mail: EmailMessage) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        host, port = parts.hostname or "localhost", parts.port or (465 if secure else 25)
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        with kind(host, port, timeout=_TIMEOUT_SECONDS) as server:
            if not secure and server.has_extn("starttls"):
                server.starttls()
            if parts.username:
                server.login(parts.username, parts.password or "")
            server.send_message(mail)


def _mail(notice: Notice, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, notice.address, notice.subject
    mail["Content-Language"] = notice.language
    mail["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    mail.set_content(notice.body)
    return mail


class AppInbox:
    """The citizen's app shows its notices by itself; nothing has to travel."""

    def carry(self, notice: Notice) -> None:
        return


class PostRoom:
    """Letters as text files in a folder that the post room prints and empties."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, notice: Notice) -> None:
        if not notice.address:
            raise InvalidInput("The holder has no postal address.")
        self._folder.mkdir(parents=True, exist_ok=True)
        letter = f"{notice.address}\n\n{notice.subject}\n\n{notice.body}\n"
        (self._folder / f"{notice.id}.txt").write_text(letter, encoding="utf-8")


def carriers(settings: Settings) -> dict[Channel, Carrier]:
    """The installation's ways out."""
    return {
        Channel.EMAIL: Mailer(
            settings.smtp_url.get_secret_value() if settings.smtp_url else None,
            settings.mail_from,
        ),
        Channel.PUSH: AppInbox(),
        Channel.LETTER: PostRoom(settings.data_dir / "letters"),
    }
