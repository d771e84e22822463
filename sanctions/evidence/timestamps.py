"""RFC 3161 timestamps: asked for over HTTP, checked against trusted roots, offline."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import httpx2
from asn1crypto import tsp  # type: ignore[import-untyped]
from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from core.errors import Unavailable
from core.words import N_, Word

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
TIMEOUT = 10.0
"""Seconds for one answer."""
GRANTED = 0
MAX_ANSWER = 100_000


class TimestampUnavailable(Unavailable):
    title = "No timestamp at the moment"


class TimestampInvalid(ValueError):
    """The timestamp does not hold; the message says why in one sentence."""


def ask(url: str, data: bytes, *, transport: httpx2.BaseTransport | None = None) -> bytes:
    """A timestamp over `data` from the authority at `url`: the response in DER, put in order.

    Raises:
        TimestampUnavailable: no answer, a refusal, or an answer that is not about `data`.
    """
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = send(url, request.as_bytes(), transport=transport)
    try:
        ordered = in_order(answer)
        response = decode_timestamp_response(ordered)
    except ValueError as error:
        raise unavailable(url, N_("its answer is no timestamp")) from error
    if response.status != GRANTED:
        raise unavailable(url, N_("it refuses"))
    if response.tst_info.nonce != request.nonce or _imprint(response) != _digest(data):
        raise unavailable(url, N_("its answer is about something else"))
    return ordered


def send(url: str, query: bytes, *, transport: httpx2.BaseTransport | None = None) -> bytes:
    """The authority's raw answer to an encoded query. Raises TimestampUnavailable."""
    try:
        with httpx2.Client(timeout=TIMEOUT, transport=transport) as client:
            headers = {"Content-Type": _QUERY, "Accept": _REPLY}
            answer = client.post(url, content=query, headers=headers)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise unavailable(url, N_("it does not answer")) from error
    if answer.status_code != 200:
        raise unavailable(url, N_("it answers with an error"))
    return bytes(answer.content[:MAX_ANSWER])


def unavailable(url: str, why: Word) -> TimestampUnavailable:
    """The error that says so, and that nothing is lost."""
    return TimestampUnavailable(
        "The timestamp authority at %(url)s gave no timestamp: %(why)s. It is asked again later; "
        "nothing is lost.",
        url=url,
        why=why,
    )


def in_order(response: bytes) -> bytes:
    """The response with its set of certificates sorted, as DER asks and OpenSSL does not.

    Raises ValueError: no timestamp response.
    """
    parsed = tsp.TimeStampResp.load(response, strict=True)
    signed = parsed["time_stamp_token"]["content"]
    certificates = signed["certificates"]
    if certificates.native is not None:
        ordered = sorted(certificates, key=lambda one: bytes(one.dump()))
        signed["certificates"] = type(certificates)(ordered, tag=0, tag_type="implicit")
    return bytes(parsed.dump(force=True))


def _imprint(response: TimeStampResponse) -> bytes:
    return bytes(response.tst_info.message_imprint.message)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def time_of(response: bytes) -> datetime:
    """What the timestamp says, unchecked. Raises TimestampInvalid when it is none."""
    return _decoded(response).tst_info.gen_time


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(response)
    except ValueError as error:
        raise TimestampInvalid("it is no RFC 3161 timestamp") from error


def check(response: bytes, data: bytes, roots: Sequence[Certificate]) -> datetime:
    """When, by the word of an authority under one of `roots`, `data` existed.

    The authority's certificate must have been valid then, not now.

    Raises:
        TimestampInvalid: about other data, signed by nobody trusted, altered, or expired then.
    """
    try:
        return _check(response, data, roots)
    except TimestampInvalid:
        raise
    except (ValueError, InvalidVersion) as error:
        raise TimestampInvalid("it is no RFC 3161 timestamp") from error


def _check(response: bytes, data: bytes, roots: Sequence[Certificate]) -> datetime:
    decoded = _decoded(response)
    if _imprint(decoded) != _digest(data):
        raise TimestampInvalid("it is about something else than this seal")
    if not roots:
        raise TimestampInvalid("the trust file names no timestamp authority")
    moment = decoded.tst_info.gen_time
    _check_validity(decoded, moment)
    builder = VerifierBuilder(roots=list(roots))
    try:
        builder.build().verify_message(decoded, data)
    except (VerificationError, ValueError) as error:
        raise TimestampInvalid("no timestamp authority of the trust file vouches for it") from error
    return moment


def _check_validity(decoded: TimeStampResponse, moment: datetime) -> None:
    for der in decoded.signed_data.certificates:
        certificate = _loaded(der)
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            raise TimestampInvalid(
                "a certificate of the timestamp authority was not valid at "
                f"{moment.isoformat(timespec='seconds')} (valid from "
                f"{certificate.not_valid_before_utc.date()} to "
                f"{certificate.not_valid_after_utc.date()})"
            )


def _loaded(der: bytes) -> Certificate:
    try:
        return load_der_x509_certificate(der)
    except ValueError as error:
        raise TimestampInvalid("it holds a certificate that cannot be read") from error
