"""Signed requests: nothing of them can be swapped, and old ones are refused."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Unauthenticated
from core.signing import (
    MAX_AGE,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    RequestStamp,
    canonical_json,
    check_request,
    generate_key_pair,
    sign_request,
)

SENT = datetime(2026, 10, 20, 9, tzinfo=UTC)
PRIVATE, PUBLIC = generate_key_pair()


def headers(body: bytes = b"{}") -> dict[str, str]:
    return sign_request(PRIVATE, "edge-1", "POST", "/edge/v1/passages?x=1", body, SENT)


def check(
    sent: dict[str, str],
    *,
    method: str = "POST",
    path: str = "/edge/v1/passages?x=1",
    body: bytes = b"{}",
    now: datetime = SENT,
) -> None:
    check_request(PUBLIC, RequestStamp.from_headers(sent), method, path, body, now)


class TestCheckRequest:
    def test_accepts_what_was_signed(self) -> None:
        check(headers())

    def test_refuses_another_body(self) -> None:
        with pytest.raises(Unauthenticated, match="signature"):
            check(headers(), body=b"{ }")

    def test_refuses_another_path_or_query(self) -> None:
        with pytest.raises(Unauthenticated, match="signature"):
            check(headers(), path="/edge/v1/passages?x=2")

    def test_refuses_another_method(self) -> None:
        with pytest.raises(Unauthenticated, match="signature"):
            check(headers(), method="PUT")

    def test_refuses_a_swapped_nonce(self) -> None:
        with pytest.raises(Unauthenticated, match="signature"):
            check({**headers(), NONCE_HEADER: "another"})

    def test_refuses_the_signature_of_another_key(self) -> None:
        other, _ = generate_key_pair()
        forged = sign_request(other, "edge-1", "POST", "/edge/v1/passages?x=1", b"{}", SENT)
        with pytest.raises(Unauthenticated, match="edge-1"):
            check(forged)

    @pytest.mark.parametrize("drift", [MAX_AGE, -MAX_AGE])
    def test_refuses_what_is_stale_or_from_the_future(self, drift: timedelta) -> None:
        check(headers(), now=SENT + drift)
        with pytest.raises(Unauthenticated, match="check the clock"):
            check(headers(), now=SENT + drift * 1.01)


class TestRequestStamp:
    def test_names_the_headers_that_are_needed(self) -> None:
        with pytest.raises(Unauthenticated, match=SIGNATURE_HEADER):
            RequestStamp.from_headers({})

    def test_two_sendings_of_the_same_request_differ(self) -> None:
        assert headers()[NONCE_HEADER] != headers()[NONCE_HEADER]


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"b": 1, "a": "ñ"}) == canonical_json({"a": "ñ", "b": 1})
