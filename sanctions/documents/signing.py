"""Signs PDFs as PAdES (ETSI EN 319 142): baseline B-B, or B-T with a timestamp authority."""

import io

from asn1crypto import keys as asn1_keys  # type: ignore[import-untyped]
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core.words import N_
from sanctions.documents.certificates import SigningIdentity
from sanctions.evidence import timestamps

FIELD = "Seal"


class _Authority(TimeStamper):
    """Our own client, so that an authority that is down is told as everywhere else."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = timestamps.send(self._url, req.dump())
        try:
            return tsp.TimeStampResp.load(answer, strict=True)
        except ValueError as error:
            raise timestamps.unavailable(self._url, N_("its answer is no timestamp")) from error


def sign_pdf(
    pdf: bytes, identity: SigningIdentity, *, reason: str, timestamp_url: str | None
) -> bytes:
    """`pdf` with the city's seal over all of it.

    Raises TimestampUnavailable: the authority does not answer; nothing was signed.
    """
    signed = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            name=identity.name,
        ),
        signer=_signer(identity),
        timestamper=_Authority(timestamp_url) if timestamp_url else None,
        output=signed,
    )
    return signed.getvalue()


def _signer(identity: SigningIdentity) -> signers.SimpleSigner:
    private = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(_converted(one) for one in identity.chain)
    return signers.SimpleSigner(
        signing_cert=_converted(identity.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=registry,
    )


def _converted(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
