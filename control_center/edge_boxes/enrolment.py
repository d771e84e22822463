"""Letting an edge box report: its public key for the centre, the centre's public keys for it."""

import base64
import re

from control_center.edge_boxes import devices
from control_center.edge_boxes.centre_keys import list_signing_public_key, picture_public_key
from core.audit import record
from core.clock import utc_now
from core.database import transaction
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.identity import SYSTEM
from core.runtime import Runtime
from permits.queries import get_control_point

_KEY_BYTES = 32


def enrol_device(
    runtime: Runtime, device: str, public_key: str, control_points: list[str], url: str
) -> str:
    """Enrol `device`, or give it a new key; returns the ``[centre]`` part of its configuration.

    Raises:
        InvalidInput: not a device name, or not a public key in Base64.
        UnknownControlPoint: one of the control points does not exist.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", device):
        raise InvalidInput(f"'{device[:64]}' is not a device name: letters, digits, . _ - only.")
    key = _raw_key(public_key)
    with transaction(runtime.writing) as session:
        for code in control_points:
            get_control_point(session, code)
        devices.enrol(
            session,
            key_id=device,
            public_key=key,
            control_points=sorted(set(control_points)),
            now=utc_now(),
        )
        points = ", ".join(control_points)
        record(session, SYSTEM, "control_center:device:enrolled", f"device:{device}", points=points)
    return centre_section(runtime.keys, url)


def _raw_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise InvalidInput(
            "The public key must be 32 bytes in Base64, as `python -m control_points keygen` "
            "prints it."
        )
    return key


def centre_section(keys: KeyRing, url: str) -> str:
    """What an edge box has to know of this centre, as TOML."""
    signing = base64.b64encode(list_signing_public_key(keys)).decode()
    pictures = base64.b64encode(picture_public_key(keys)).decode()
    return (
        "[centre]\n"
        f'url = "{url}"\n'
        f'signing_public_key = "{signing}"\n'
        f'picture_public_key = "{pictures}"\n'
    )
