"""Privacy rule P6: photos are never mailed, and shown only to who has logged in."""

from uuid import UUID

import pytest

from core.database import uuid7
from core.notifications.channels import _mail
from core.notifications.models import Notice
from tests.clients import WebClient

JPEG = b"\xff\xd8"


def test_p6_a_mail_is_text_and_nothing_else() -> None:
    notice = Notice(
        recipient_id=uuid7(),
        address="ane@example.org",
        language="es",
        subject="Asunto",
        body="Texto con <img src=x> dentro",
    )
    mail = _mail(notice, "sarbide@example.org")
    assert mail.get_content_type() == "text/plain"
    assert not mail.is_multipart()
    assert list(mail.iter_attachments()) == []
    columns = {column.key for column in Notice.__mapper__.column_attrs}
    assert not {name for name in columns if "picture" in name or "photo" in name}


@pytest.mark.parametrize("kind", ["plate", "context"])
def test_p6_a_photo_is_shown_after_a_login_only(
    anonymous_client: WebClient, police_client: WebClient, stored_case: UUID, kind: str
) -> None:
    path = f"/cases/{stored_case}/pictures/{kind}"
    refused = anonymous_client.get(path)
    assert refused.headers["Location"].startswith("/login")
    assert not refused.content.startswith(JPEG)
    assert police_client.get(path).content.startswith(JPEG)
    assert police_client.get(path).headers["Cache-Control"] == "no-store"


def test_p6_nobody_without_the_permission_sees_one(
    operator_client: WebClient, stored_case: UUID
) -> None:
    answer = operator_client.get(f"/cases/{stored_case}/pictures/plate")
    assert answer.status_code == 403
    assert not answer.content.startswith(JPEG)
