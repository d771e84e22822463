"""Signed PDFs (PAdES), checked offline: by whose seal, when, and that nothing came after it.

A seal counts when the trust file names its very certificate: a chain to a certification authority
would let every seal of that authority pass for the city's. The signature's time is its own
timestamp's where it has one, else the one that the signer wrote; the certificate must have been
valid then.
"""

import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from asn1crypto import x509 as asn1_x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from core.words import N_
from sanctions.evidence.trust import Trust
from sanctions.evidence.verdicts import Verdict

if TYPE_CHECKING:
    from pyhanko.sign.validation.status import PdfSignatureStatus

IS_PDF = b"%PDF-"
_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True)
class _Signature:
    """What pyHanko says about the one signature of a PDF."""

    certificate: asn1_x509.Certificate
    status: "PdfSignatureStatus"
    covers_all: bool
    at: datetime | None
    """The time that the signature itself claims."""
    stamped_at: datetime | None
    """The time of its timestamp, when that is by an authority of the trust file."""


def check_document(
    name: str, pdf: bytes, trust: Trust, verdict: Verdict, *, until: datetime | None = None
) -> None:
    """The signature of the PDF `name`; `until` is when it was there for certain."""
    try:
        signature = _signature_of(pdf, trust)
    except Exception:  # anything may break a reader of foreign bytes; that it breaks is a finding
        signature = None
    if signature is None:
        verdict.failed(N_("%(name)s carries no signature that can be read."), name=name)
    elif not (signature.status.intact and signature.status.valid):
        verdict.failed(N_("%(name)s was changed: its signature does not hold."), name=name)
    elif not signature.covers_all:
        verdict.failed(N_("%(name)s: something was added after it was signed."), name=name)
    elif not trust.document_seals:
        verdict.unconfirmed(
            N_("%(name)s is signed and unchanged, but the trust file names no seal of documents."),
            name=name,
        )
    else:
        _check_seal(name, signature, trust, verdict, until)


def _check_seal(
    name: str, signature: _Signature, trust: Trust, verdict: Verdict, until: datetime | None
) -> None:
    signer = signature.certificate
    seal = next((one for one in trust.seals() if _der(one) == signer.dump()), None)
    by = str(signer.subject.native.get("common_name", signer.subject.human_friendly))[:100]
    if seal is None:
        verdict.failed(
            N_("%(name)s is signed by '%(by)s', whom the trust file does not name."),
            name=name,
            by=by,
        )
        return
    at = signature.stamped_at or signature.at
    if at is None or not seal.not_valid_before_utc <= at <= seal.not_valid_after_utc:
        verdict.failed(N_("%(name)s: the seal of '%(by)s' was not valid then."), name=name, by=by)
    elif until is not None and at > until + _CLOCKS_APART:
        verdict.failed(
            N_("%(name)s says that it was signed later than the package it is in."), name=name
        )
    else:
        verdict.ok(
            N_("%(name)s is as '%(by)s' signed it on %(time)s."),
            name=name,
            by=by,
            time=at.isoformat(timespec="seconds"),
        )


def _signature_of(pdf: bytes, trust: Trust) -> _Signature | None:
    # Slow to import, and not needed for packages without signed documents.
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # the verdict says it
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(found) != 1:
        return None
    (signature,) = found
    certificate = signature.signer_cert
    # Whom to trust is decided above by the certificate itself; this only asks what was signed.
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    roots = [asn1_x509.Certificate.load(_der(one)) for one in trust.roots()]
    stamps = ValidationContext(trust_roots=roots, allow_fetching=False)
    status = validate_pdf_signature(signature, context, ts_validation_context=stamps)
    return _Signature(
        certificate,
        status,
        covers_all=signature.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE,
        at=_in_utc(signature.self_reported_timestamp),
        stamped_at=_stamped_at(status),
    )


def _stamped_at(status: Any) -> datetime | None:
    stamp = status.timestamp_validity
    if stamp is None or not (stamp.intact and stamp.valid and stamp.trusted):
        return None
    return _in_utc(stamp.timestamp)


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _der(certificate: Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
