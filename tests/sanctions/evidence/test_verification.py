"""An evidence package that anybody touched does not verify, whatever was touched."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sanctions.evidence import canonical_zip
from sanctions.evidence.manifest import CLOSING, COURT_FILE_FORMAT, FRAME, MANIFEST, SEAL, TIMESTAMP
from sanctions.evidence.packing import Draft
from sanctions.evidence.timestamp_server import authority_in
from sanctions.evidence.timestamps import TimestampInvalid, ask, check, in_order
from sanctions.evidence.trust import Trust, trusted_key
from sanctions.evidence.verdicts import ExitCode, Status, Verdict
from sanctions.evidence.verification import verify
from tests.sanctions.evidence.packages import (
    CENTRE,
    DEVICE,
    PLATE,
    Key,
    draft,
    files,
    finished,
    report,
    signature,
    timestamp_authority,
    trust,
)

Authority = tuple[str, str]


@pytest.fixture(scope="module")
def package(authority: Authority) -> bytes:
    return finished(draft(), authority[0])


@pytest.fixture(scope="module")
def trusted(authority: Authority) -> Trust:
    return trust(authority[1])


def failures(verdict: Verdict) -> str:
    return "\n".join(str(finding) for finding in verdict.with_status(Status.FAILED))


class TestGenuine:
    def test_an_untouched_package_is_genuine_and_every_step_is_told(
        self, package: bytes, trusted: Trust
    ) -> None:
        verdict = verify(package, trusted)
        assert verdict.exit_code is ExitCode.GENUINE, failures(verdict)
        told = " ".join(map(str, verdict.findings))
        for words in (
            "one possible form",
            "All 5 files",
            "Control centre",
            "existed at",
            "edge-01",
        ):
            assert words in told

    def test_ordinary_tools_open_it(self, package: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            assert opened.testzip() is None
            assert opened.read("pictures/plate.jpg") == PLATE

    def test_the_same_content_gives_the_same_bytes(self) -> None:
        at = datetime(2026, 10, 24, 9, 0, tzinfo=UTC)
        assert draft(sealed_at=at).to_bytes() == draft(sealed_at=at).to_bytes()

    def test_a_draft_survives_being_kept(self) -> None:
        made = draft()
        assert Draft.from_bytes(made.to_bytes()) == made


class TestEveryByte:
    def test_no_byte_can_be_flipped(self, package: bytes, trusted: Trust) -> None:
        """File contents, local headers, central directory and end record alike."""
        accepted = []
        for place in range(len(package)):
            touched = bytearray(package)
            touched[place] ^= 1 << place % 8
            if verify(bytes(touched), trusted).exit_code is not ExitCode.NOT_GENUINE:
                accepted.append(place)
        assert accepted == []

    def test_no_byte_can_be_flipped_by_someone_who_mends_the_zip(
        self, package: bytes, trusted: Trust
    ) -> None:
        """Checksums and structure made to fit again: seal, hashes and closing still tell."""
        entries = canonical_zip.read(package)
        accepted = []
        for name, content in entries.items():
            for place in range(len(content)):
                touched = bytearray(content)
                touched[place] ^= 0x20 if place % 2 else 0x01
                mended = canonical_zip.write({**entries, name: bytes(touched)})
                if verify(mended, trusted).exit_code is not ExitCode.NOT_GENUINE:
                    accepted.append((name, place))
        assert accepted == []

    def test_the_closing_covers_what_a_timestamps_own_signature_leaves_free(
        self, package: bytes, trusted: Trust
    ) -> None:
        entries = canonical_zip.read(package)
        stamp, free = entries[TIMESTAMP], None
        for place in range(len(stamp)):
            touched = stamp[:place] + bytes([stamp[place] ^ 1]) + stamp[place + 1 :]
            try:
                check(touched, entries[SEAL], trusted.roots())
            except TimestampInvalid:
                continue
            free = touched
            break
        assert free is not None, "then the closing would be needless"
        changed = canonical_zip.write({**entries, TIMESTAMP: free})
        assert "closing.json was changed" in failures(verify(changed, trusted))

    @pytest.mark.parametrize("cut", [1, 4, 21, 22, 46, 300, 1000])
    def test_it_cannot_be_cut_short(self, package: bytes, trusted: Trust, cut: int) -> None:
        assert verify(package[:-cut], trusted).exit_code is ExitCode.NOT_GENUINE
        assert verify(package[cut:], trusted).exit_code is ExitCode.NOT_GENUINE

    @pytest.mark.parametrize("data", [b"", b"PK", b"\x00" * 100, b"PK\x05\x06" + b"\x00" * 18])
    def test_what_is_no_package_is_refused_without_a_traceback(
        self, data: bytes, trusted: Trust
    ) -> None:
        assert verify(data, trusted).exit_code is ExitCode.NOT_GENUINE


class TestWhatWasTouchedIsNamed:
    def test_a_changed_picture(self, package: bytes, trusted: Trust) -> None:
        touched = package.replace(b"the plate", b"tha plate")
        words = failures(verify(touched, trusted))
        assert "the checksum of pictures/plate.jpg does not hold" in words
        assert "pictures/plate.jpg was changed" in words
        assert "context.jpg" not in words

    @pytest.mark.parametrize("name", ["case.json", "device/report.json", "pictures/context.jpg"])
    def test_a_removed_file(self, package: bytes, trusted: Trust, name: str) -> None:
        entries = canonical_zip.read(package)
        entries.pop(name)
        words = failures(verify(canonical_zip.write(entries), trusted))
        assert f"{name} is missing" in words

    @pytest.mark.parametrize("name", FRAME)
    def test_a_removed_part_of_the_frame(self, package: bytes, trusted: Trust, name: str) -> None:
        entries = canonical_zip.read(package)
        entries.pop(name)
        words = failures(verify(canonical_zip.write(entries), trusted))
        assert f"{name} is missing" in words

    def test_an_added_file(self, package: bytes, trusted: Trust) -> None:
        entries = {**canonical_zip.read(package), "note.txt": b"hello"}
        assert "note.txt was added" in failures(verify(canonical_zip.write(entries), trusted))

    def test_a_renamed_file(self, package: bytes, trusted: Trust) -> None:
        entries = canonical_zip.read(package)
        renamed = {
            ("pictures/plate2.jpg" if name == "pictures/plate.jpg" else name): content
            for name, content in entries.items()
        }
        words = failures(verify(canonical_zip.write(renamed), trusted))
        assert "pictures/plate2.jpg was added" in words
        assert "pictures/plate.jpg is missing" in words

    def test_a_doubled_file(self, package: bytes, trusted: Trust) -> None:
        entries = canonical_zip.read(package)
        changed = canonical_zip.write({**entries, "pictures/plate.jpX": b"\xff\xd8 another"})
        doubled = changed.replace(b"pictures/plate.jpX", b"pictures/plate.jpg")
        assert "pictures/plate.jpg is there twice" in failures(verify(doubled, trusted))

    def test_two_files_that_changed_places(self, package: bytes, trusted: Trust) -> None:
        entries = canonical_zip.read(package)
        turned = dict(reversed(list(entries.items())))
        assert "another order" in failures(verify(canonical_zip.write(turned), trusted))

    @pytest.mark.parametrize("extra", [b"\x00", b"PK\x05\x06" + b"\x00" * 18, b"a comment"])
    def test_trailing_bytes(self, package: bytes, trusted: Trust, extra: bytes) -> None:
        assert "follow the end record" in failures(verify(package + extra, trusted))

    def test_a_comment(self, package: bytes, trusted: Trust) -> None:
        commented = package[:-2] + b"\x05\x00hello"
        assert "the end record" in failures(verify(commented, trusted))

    def test_bytes_before_and_between_entries(self, package: bytes, trusted: Trust) -> None:
        assert verify(b"#!/bin/sh\n" + package, trusted).exit_code is ExitCode.NOT_GENUINE
        second = package.index(b"PK\x03\x04", 4)
        gap = package[:second] + b"\x00\x00" + package[second:]
        assert "after manifest.json" in failures(verify(gap, trusted))

    def test_the_same_files_packed_by_another_program(self, package: bytes, trusted: Trust) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in canonical_zip.read(package).items():
                target.writestr(name, content)
        assert verify(packed.getvalue(), trusted).exit_code is ExitCode.NOT_GENUINE


class TestWhoIsTrusted:
    def test_a_package_sealed_by_someone_else_is_not_genuine(
        self, authority: Authority, trusted: Trust
    ) -> None:
        """Whole in itself, with a key of the forger's: nothing in it may vouch for it."""
        forger = Key.new("centre-forged")
        forged = finished(draft(key=forger), authority[0], forger)
        assert "which the trust file does not name" in failures(verify(forged, trusted))

    def test_nor_one_whose_forger_uses_the_centres_key_name(
        self, authority: Authority, trusted: Trust
    ) -> None:
        forger = Key.new(CENTRE.key_id)
        forged = finished(draft(key=forger), authority[0], forger)
        assert "the signature does not hold" in failures(verify(forged, trusted))

    def test_a_seal_over_another_manifest_does_not_fit(
        self, authority: Authority, package: bytes, trusted: Trust
    ) -> None:
        other = canonical_zip.read(finished(draft({"a.txt": b"a"}), authority[0]))
        entries = canonical_zip.read(package)
        entries[SEAL] = other[SEAL]
        words = failures(verify(canonical_zip.write(entries), trusted))
        assert "seal.json was changed: it belongs to other content" in words

    def test_a_key_that_was_no_longer_valid(self, package: bytes, authority: Authority) -> None:
        key = trusted_key(CENTRE.key_id, CENTRE.public).model_copy(
            update={"valid_until": datetime.now(UTC) - timedelta(days=1)}
        )
        words = failures(verify(package, Trust(centres=(key,), timestamp_roots=(authority[1],))))
        assert "was not valid on" in words

    def test_without_the_devices_key_it_is_unchanged_but_not_confirmed(
        self, package: bytes, authority: Authority
    ) -> None:
        known = trust(authority[1])
        verdict = verify(package, known.model_copy(update={"devices": ()}))
        assert verdict.exit_code is ExitCode.UNCONFIRMED
        assert "no key for the control point's computer 'edge-01'" in str(
            next(verdict.with_status(Status.UNCONFIRMED))
        )

    def test_without_a_timestamp_authority_likewise(self, package: bytes) -> None:
        assert verify(package, trust()).exit_code is ExitCode.UNCONFIRMED


class TestTheControlPointsWord:
    def test_a_report_that_the_device_did_not_sign(
        self, authority: Authority, trusted: Trust
    ) -> None:
        """Even the centre, which holds the seal, cannot put words into a device's mouth."""
        content = files(**{"device/report.json": report(plate="9999ZZZ")})
        verdict = verify(finished(draft(content), authority[0]), trusted)
        assert "is not what the control point's computer 'edge-01' signed" in failures(verdict)

    @pytest.mark.parametrize(
        ("field", "told"), [("passage_id", "P-2"), ("seen_at", "2026-10-20T12:41:08Z")]
    )
    def test_a_report_of_another_passage(
        self, authority: Authority, trusted: Trust, field: str, told: str
    ) -> None:
        """Genuine, signed by the device, and about something else."""
        other = report(**{field: told})
        content = files(
            **{"device/report.json": other, "device/report-signature.json": signature(other)}
        )
        verdict = verify(finished(draft(content), authority[0]), trusted)
        assert f"another {field} than the control point's report" in failures(verdict)

    def test_a_picture_that_the_device_did_not_take(
        self, authority: Authority, trusted: Trust
    ) -> None:
        content = files(**{"pictures/plate.jpg": b"another plate"})
        verdict = verify(finished(draft(content), authority[0]), trusted)
        assert "is not the picture that the control point announced" in failures(verdict)

    def test_a_masked_picture_of_something_else(self, authority: Authority, trusted: Trust) -> None:
        content = files(**{"case.json": b'{"pictures":{}}'})
        verdict = verify(finished(draft(content), authority[0]), trusted)
        assert "does not come from a picture" in failures(verdict)

    def test_a_signature_by_another_device(self, authority: Authority, trusted: Trust) -> None:
        other = Key.new(DEVICE.key_id)
        content = files(**{"device/report-signature.json": signature(report(), other)})
        verdict = verify(finished(draft(content), authority[0]), trusted)
        assert verdict.exit_code is ExitCode.NOT_GENUINE

    def test_without_any_report_nothing_of_the_device_is_confirmed(
        self, authority: Authority, trusted: Trust
    ) -> None:
        verdict = verify(finished(draft({"a.txt": b"a"}), authority[0]), trusted)
        assert verdict.exit_code is ExitCode.UNCONFIRMED


class TestTimestamps:
    def test_another_authority_is_not_believed(
        self, package: bytes, tmp_path: Path, trusted: Trust
    ) -> None:
        stranger = authority_in(tmp_path / "stranger").root_pem
        words = failures(verify(package, trust(stranger)))
        assert "no timestamp authority of the trust file vouches for it" in words

    def test_an_authority_whose_certificate_had_expired(self, tmp_path: Path) -> None:
        old = datetime.now(UTC) - timedelta(days=30)
        authority_in(tmp_path, valid_from=old, valid_for=timedelta(days=3))
        with timestamp_authority(tmp_path) as (address, root):
            words = failures(verify(finished(draft(), address), trust(root)))
        assert "was not valid at" in words

    def test_a_timestamp_of_another_package(self, authority: Authority, trusted: Trust) -> None:
        made = draft()
        other = ask(authority[0], b"something else")
        closed = canonical_zip.read(finished(made, authority[0]))
        assert closed[TIMESTAMP] != other
        from sanctions.evidence.packing import close

        words = failures(verify(close(made, other, CENTRE.seal_key), trusted))
        assert "it is about something else than this seal" in words

    def test_a_seal_that_claims_to_be_younger_than_its_timestamp(
        self, authority: Authority, trusted: Trust
    ) -> None:
        made = draft(sealed_at=datetime.now(UTC) + timedelta(days=2))
        assert "is older than the seal" in failures(verify(finished(made, authority[0]), trusted))

    def test_openssl_answers_are_put_in_der_order(self, authority: Authority) -> None:
        answer = ask(authority[0], b"x")
        assert in_order(answer) == answer
        with pytest.raises(TimestampInvalid, match="something else"):
            check(answer, b"y", trust(authority[1]).roots())


class TestCourtFiles:
    def test_packages_inside_are_verified_too(
        self, authority: Authority, package: bytes, trusted: Trust
    ) -> None:
        content = {"index.json": b"{}", "evidence/package.zip": package}
        whole = finished(draft(content, kind=COURT_FILE_FORMAT), authority[0])
        verdict = verify(whole, trusted)
        assert verdict.exit_code is ExitCode.GENUINE, failures(verdict)
        assert {finding.of for finding in verdict.findings} == {"", "evidence/package.zip"}

    def test_a_forged_package_inside_a_genuine_file_is_found(
        self, authority: Authority, trusted: Trust
    ) -> None:
        forger = Key.new("centre-forged")
        forged = finished(draft(key=forger), authority[0], forger)
        content = {"evidence/package.zip": forged}
        whole = finished(draft(content, kind=COURT_FILE_FORMAT), authority[0])
        assert verify(whole, trusted).exit_code is ExitCode.NOT_GENUINE


def test_a_manifest_of_an_unknown_format_is_named(authority: Authority, trusted: Trust) -> None:
    made = draft(kind="sarbide-evidence/9")
    assert "get a newer one" in failures(verify(finished(made, authority[0]), trusted))


def test_a_manifest_in_another_spelling_is_refused(package: bytes, trusted: Trust) -> None:
    entries = canonical_zip.read(package)
    entries[MANIFEST] = json.dumps(json.loads(entries[MANIFEST]), indent=1).encode()
    words = failures(verify(canonical_zip.write(entries), trusted))
    assert "manifest.json was changed" in words
    assert CLOSING not in words
