"""Inside a package: what the control point's computer signed, and that the pictures are its own."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.signing import PASSAGE_REPORT, canonical_json, verify
from core.words import N_
from sanctions.evidence.trust import Trust
from sanctions.evidence.verdicts import Verdict

CASE = "case.json"
PASSAGES: dict[str, str] = {"device/report.json": "", "device/exit-report.json": "exit-"}
"""Signed report of a passage, and the prefix of its pictures' names."""


def signature_file(report: str) -> str:
    """Where the signature of the report `report` is."""
    return report.removesuffix(".json") + "-signature.json"


def check_devices(files: Mapping[str, bytes], trust: Trust, verdict: Verdict) -> None:
    """Each passage's report against the device's key, and its pictures against the report."""
    if PASSAGES.keys().isdisjoint(files):
        verdict.unconfirmed(N_("The package holds no report signed by a control point."))
    for name, prefix in PASSAGES.items():
        if name in files:
            _check_report(name, prefix, files, trust, verdict)


def _check_report(
    name: str, prefix: str, files: Mapping[str, bytes], trust: Trust, verdict: Verdict
) -> None:
    try:
        report = json.loads(files[name])
        signature = json.loads(files.get(signature_file(name), b"null"))
        is_intact = canonical_json(report) == files[name]
    except (ValueError, RecursionError):
        is_intact = False
    if not is_intact:
        verdict.failed(N_("%(name)s is no report of a passage."), name=name)
        return
    if signature is None:
        verdict.unconfirmed(N_("%(name)s was not signed by the control point."), name=name)
    elif not _check_signature(name, files[name], signature, trust, verdict):
        return
    if not prefix:
        _check_passage(report, files, verdict)
    _check_pictures(report, prefix, files, verdict)


def _check_passage(report: Mapping[str, Any], files: Mapping[str, bytes], verdict: Verdict) -> None:
    """The case must be about the very passage that the device reported."""
    case = json.loads(files.get(CASE, b"{}"))
    told = {
        "passage_id": (case.get("passage_id"), report.get("passage_id")),
        "control_point": (case.get("control_point", {}).get("code"), report.get("control_point")),
        "camera": (case.get("camera"), report.get("camera")),
        "seen_at": (_instant(case.get("seen_at", {}).get("utc")), _instant(report.get("seen_at"))),
    }
    differing = [name for name, (ours, theirs) in told.items() if ours != theirs]
    for name in differing:
        verdict.failed(
            N_("case.json tells another %(field)s than the control point's report."), field=name
        )
    if not differing:
        verdict.ok(N_("Passage, place, camera and time are those that the control point reported."))


def _instant(text: str | None) -> datetime | None:
    """To the millisecond, which is what `case.json` tells."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _check_signature(
    name: str, report: bytes, signature: Mapping[str, Any], trust: Trust, verdict: Verdict
) -> bool:
    """Whether nothing speaks against it."""
    key_id = str(signature.get("key_id"))
    keys = trust.device_keys(key_id)
    if not keys:
        verdict.unconfirmed(
            N_("%(name)s: the trust file has no key for the control point's computer '%(key)s'."),
            name=name,
            key=key_id[:60],
        )
        return True
    try:
        raw = bytes.fromhex(str(signature.get("signature")))
    except ValueError:
        raw = b""
    if not any(verify(key.raw, PASSAGE_REPORT + report, raw) for key in keys):
        verdict.failed(
            N_("%(name)s is not what the control point's computer '%(key)s' signed."),
            name=name,
            key=key_id[:60],
        )
        return False
    verdict.ok(
        N_("%(name)s is what the control point's computer '%(key)s' signed."),
        name=name,
        key=key_id,
    )
    return True


def _check_pictures(
    report: Mapping[str, Any], prefix: str, files: Mapping[str, bytes], verdict: Verdict
) -> None:
    announced = {one["kind"]: one["sha256"] for one in report.get("pictures", ())}
    plate = f"pictures/{prefix}plate.jpg"
    if plate in files:
        if hashlib.sha256(files[plate]).hexdigest() == announced.get("plate"):
            verdict.ok(N_("%(name)s is the picture that the control point announced."), name=plate)
        else:
            verdict.failed(
                N_("%(name)s is not the picture that the control point announced."), name=plate
            )
    context = f"pictures/{prefix}context.jpg"
    if context in files:
        _check_masked(context, prefix, announced.get("context"), files, verdict)


def _check_masked(
    name: str, prefix: str, original: str | None, files: Mapping[str, bytes], verdict: Verdict
) -> None:
    """The masked picture can't have the device's hash; the centre says which one it comes from."""
    case = json.loads(files.get(CASE, b"{}"))
    stated = case.get("pictures", {}).get(f"{prefix}context", {}).get("masked_from_sha256")
    if original is not None and stated == original:
        verdict.ok(
            N_("%(name)s was masked by the centre; the control point announced its original."),
            name=name,
        )
    else:
        verdict.failed(
            N_("%(name)s does not come from a picture that the control point announced."),
            name=name,
        )
