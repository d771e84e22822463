"""The trust file that verifiers of evidence get: the centre's key, the edge boxes', the roots of
the timestamp authority, the seal of documents. Public keys only; hand it out by another way than
the packages."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.edge_boxes.device_models import Device
from core.errors import SetupProblem
from core.runtime import Runtime
from sanctions.documents.certificates import signing_identity
from sanctions.evidence.keys import seal_key, seal_public_key
from sanctions.evidence.trust import Trust, TrustedKey, trusted_key

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def trust_of(session: Session, runtime: Runtime, name: str) -> Trust:
    """The installation's own trust file; `name` is what verifiers read for the centre.

    Raises SetupProblem: the file of roots, or the seal of documents, cannot be used.
    """
    centre = trusted_key(seal_key(runtime.keys).key_id, seal_public_key(runtime.keys), name)
    devices = tuple(_device(one) for one in session.scalars(select(Device).order_by(Device.key_id)))
    seal = signing_identity(runtime.settings, runtime.keys).certificate
    try:
        roots = _roots(runtime.settings.timestamp_roots)
        return Trust(
            centres=(centre,),
            devices=devices,
            timestamp_roots=roots,
            document_seals=(seal.public_bytes(Encoding.PEM).decode(),),
        )
    except (OSError, ValidationError) as error:
        raise SetupProblem(
            "SARBIDE_TIMESTAMP_ROOTS %(file)s holds no certificates in PEM.",
            file=str(runtime.settings.timestamp_roots),
        ) from error


def _device(device: Device) -> TrustedKey:
    """Also of a revoked box: what it signed before stays signed."""
    key = trusted_key(device.key_id, device.public_key)
    return key.model_copy(
        update={"valid_from": device.enrolled_at, "valid_until": device.revoked_at}
    )


def _roots(file: Path | None) -> tuple[str, ...]:
    if file is None:
        return ()
    text = file.read_text()
    pieces = text.split(_BEGIN)[1:]
    return tuple(f"{_BEGIN}{piece.split(_END)[0]}{_END}\n" for piece in pieces)
