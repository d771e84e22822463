"""Checks a package, a court file or a signed document offline: nothing in it is believed, only
the trust file is.

Pure: bytes and trust in, a verdict out. No key, certificate or address inside the package plays
a part in deciding whom to trust.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.signing import canonical_json
from core.words import N_
from sanctions.evidence import canonical_zip, manifest, timestamps
from sanctions.evidence.canonical_zip import NotCanonical
from sanctions.evidence.device_checks import check_devices
from sanctions.evidence.document_checks import IS_PDF, check_document
from sanctions.evidence.manifest import CLOSING, FRAME, MANIFEST, SEAL, TIMESTAMP, Signed
from sanctions.evidence.timestamps import TimestampInvalid
from sanctions.evidence.trust import Trust
from sanctions.evidence.verdicts import Verdict

CLOCKS_APART = timedelta(minutes=5)
"""How far the centre's clock and the timestamp authority's may disagree."""
DOCUMENT = "document.pdf"
"""What a single document is called in the findings about it."""
INNER_PACKAGES = "evidence/"
"""Folder of a court file whose ZIP files are packages themselves."""


def verify(data: bytes, trust: Trust) -> Verdict:
    """What `data` is worth, checked against `trust`. Never raises for any bytes."""
    verdict = Verdict()
    if data.startswith(IS_PDF):
        check_document(DOCUMENT, data, trust, verdict)
        return verdict
    entries = _entries(data, verdict)
    missing = [name for name in FRAME if name not in entries]
    for name in missing:
        verdict.failed(N_("%(name)s is missing."), name=name)
    listing = _listing(entries.get(MANIFEST), verdict)
    if listing is None:
        return verdict
    files = _check_files(entries, listing, verdict)
    if not missing and _check_frame(entries, listing, trust, verdict):
        _check_content(entries, files, listing, trust, verdict)
    return verdict


def _entries(data: bytes, verdict: Verdict) -> dict[str, bytes]:
    try:
        entries = canonical_zip.read(data)
    except NotCanonical as error:
        verdict.failed(N_("The ZIP file was changed: %(why)s."), why=str(error))
        return error.entries
    verdict.ok(N_("The ZIP file is in its one possible form: no byte is out of place."))
    return entries


def _listing(raw: bytes | None, verdict: Verdict) -> dict[str, Any] | None:
    """The manifest's content; None, with a finding, when it can't be one."""
    if raw is None:
        return None
    try:
        listing = json.loads(raw)
        is_canonical = canonical_json(listing) == raw
        usable = is_canonical and _has_shape(listing)
    except (ValueError, RecursionError, KeyError, TypeError):
        usable = False
    if not usable:
        verdict.failed(N_("%(name)s was changed: it is no manifest any more."), name=MANIFEST)
        return None
    if listing["format"] not in manifest.FORMATS:
        verdict.failed(
            N_("The format '%(format)s' is not known to this program; get a newer one."),
            format=str(listing["format"])[:40],
        )
        return None
    return dict(listing)


def _has_shape(listing: Any) -> bool:
    if datetime.fromisoformat(listing["sealed_at"]).tzinfo is None:
        return False
    names = [str(line["name"]) for line in listing["files"]]
    texts = [line["sha256"] for line in listing["files"]]
    texts += [listing[field] for field in ("format", "key_id", "subject")]
    return len(set(names)) == len(names) and all(isinstance(text, str) for text in texts)


def _check_files(
    entries: Mapping[str, bytes], listing: Mapping[str, Any], verdict: Verdict
) -> list[str]:
    """Compare with the manifest; returns the names of the files that are as they were."""
    listed = {line["name"]: line for line in listing["files"]}
    for name in entries:
        if name not in listed and name not in FRAME:
            verdict.failed(N_("%(name)s was added: the manifest does not list it."), name=name)
    intact = []
    for name, line in listed.items():
        if name not in entries:
            verdict.failed(N_("%(name)s is missing: it was removed or renamed."), name=name)
        elif manifest.sha256(entries[name]) != line["sha256"]:
            verdict.failed(N_("%(name)s was changed: its SHA-256 is another."), name=name)
        else:
            intact.append(name)
    wanted = [MANIFEST, *listed, SEAL, TIMESTAMP, CLOSING]
    if len(intact) == len(listed) and len(entries) == len(wanted) and list(entries) != wanted:
        verdict.failed(N_("The files are in another order than the manifest's."))
    if len(intact) == len(listed):
        verdict.ok(N_("All %(number)s files have the SHA-256 of the manifest."), number=len(listed))
    return intact


def _check_frame(
    entries: Mapping[str, bytes], listing: Mapping[str, Any], trust: Trust, verdict: Verdict
) -> bool:
    """Seal, closing and timestamp; whether all of them hold."""
    raw = [entries[name] for name in FRAME]
    seal = _read(SEAL, lambda: manifest.read_seal(raw[1], raw[0]), verdict)
    closing = _read(CLOSING, lambda: manifest.read_closing(raw[3], *raw[:3]), verdict)
    sealed_at = datetime.fromisoformat(listing["sealed_at"])
    # Neither `all` nor `and`: every fault is to be named.
    holds = [_check_signed(SEAL, seal, sealed_at, trust, verdict)]
    holds.append(_check_signed(CLOSING, closing, sealed_at, trust, verdict))
    if seal is not None and seal.key_id != listing["key_id"]:
        verdict.failed(N_("%(name)s names another key than the manifest."), name=SEAL)
        return False
    if not all(holds):
        return False
    verdict.ok(
        N_("The seal of %(centre)s over case %(case)s holds (key %(key)s)."),
        centre=_name_of(listing["key_id"], trust),
        case=str(listing.get("subject")),
        key=listing["key_id"],
    )
    return _check_timestamp(entries, sealed_at, trust, verdict)


def _name_of(key_id: str, trust: Trust) -> str:
    return next((key.name for key in trust.centre_keys(key_id) if key.name), key_id)


def _read(name: str, reader: Any, verdict: Verdict) -> Signed | None:
    try:
        signed: Signed = reader()
    except ValueError as error:
        verdict.failed(N_("%(name)s was changed: %(why)s."), name=name, why=str(error))
        return None
    return signed


def _check_signed(
    name: str, signed: Signed | None, at: datetime, trust: Trust, verdict: Verdict
) -> bool:
    if signed is None:
        return False
    keys = trust.centre_keys(signed.key_id)
    if not keys:
        verdict.failed(
            N_("%(name)s is signed with the key '%(key)s', which the trust file does not name."),
            name=name,
            key=signed.key_id[:60],
        )
        return False
    holding = [key for key in keys if signed.holds(key.raw)]
    if not holding:
        verdict.failed(N_("%(name)s: the signature does not hold."), name=name)
        return False
    if not any(key.is_valid_at(at) for key in holding):
        verdict.failed(
            N_("%(name)s: the key '%(key)s' was not valid on %(date)s."),
            name=name,
            key=signed.key_id,
            date=at.date().isoformat(),
        )
        return False
    return True


def _check_timestamp(
    entries: Mapping[str, bytes], sealed_at: datetime, trust: Trust, verdict: Verdict
) -> bool:
    if not trust.timestamp_roots:
        verdict.unconfirmed(
            N_("The timestamp is unchanged, but the trust file names no timestamp authority.")
        )
        return True
    try:
        moment = timestamps.check(entries[TIMESTAMP], entries[SEAL], trust.roots())
    except TimestampInvalid as error:
        verdict.failed(N_("%(name)s: %(why)s."), name=TIMESTAMP, why=str(error))
        return False
    if moment < sealed_at - CLOCKS_APART:
        verdict.failed(
            N_("The timestamp (%(stamp)s) is older than the seal says it is (%(seal)s)."),
            stamp=moment.isoformat(),
            seal=sealed_at.isoformat(),
        )
        return False
    verdict.ok(
        N_("The seal existed at %(time)s, by the word of a timestamp authority you trust."),
        time=moment.isoformat(timespec="seconds"),
    )
    return True


def _check_content(
    entries: Mapping[str, bytes],
    files: list[str],
    listing: Mapping[str, Any],
    trust: Trust,
    verdict: Verdict,
) -> None:
    content = {name: entries[name] for name in files}
    if listing["format"] == manifest.EVIDENCE_FORMAT:
        check_devices(content, trust, verdict)
        return
    sealed_at = datetime.fromisoformat(listing["sealed_at"])
    for name, inner in content.items():
        if name.startswith(INNER_PACKAGES) and name.endswith(".zip"):
            verdict.include(verify(inner, trust), name)
        elif name.endswith(".pdf"):
            check_document(name, inner, trust, verdict, until=sealed_at)
