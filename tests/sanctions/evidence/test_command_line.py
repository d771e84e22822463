"""`python -m sanctions verify`: what it prints and with which code it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sanctions.__main__ import app
from sanctions.evidence.trust import Trust, UnusableTrust, parse_trust, trust_json
from tests.sanctions.evidence.packages import draft, finished, trust

Authority = tuple[str, str]
RUN = CliRunner()


@pytest.fixture
def package(authority: Authority, tmp_path: Path) -> Path:
    file = tmp_path / "package.zip"
    file.write_bytes(finished(draft(), authority[0]))
    return file


@pytest.fixture
def keys(authority: Authority, tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    file.write_text(trust_json(trust(authority[1])))
    return file


def run(*arguments: object) -> tuple[int, str]:
    result = RUN.invoke(app, ["verify", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_genuine_package_ends_with_zero(package: Path, keys: Path) -> None:
    code, told = run(package, "--trust", keys)
    assert code == 0
    assert told.strip().endswith("nothing was changed since the control centre sealed it.")


@pytest.mark.parametrize(
    ("language", "words"), [("es", "AUTÉNTICO"), ("eu", "BENETAKOA"), ("en", "GENUINE")]
)
def test_it_speaks_three_languages(package: Path, keys: Path, language: str, words: str) -> None:
    assert words in run(package, "--trust", keys, "--language", language)[1]


def test_an_altered_package_ends_with_one_and_names_what(package: Path, keys: Path) -> None:
    package.write_bytes(package.read_bytes().replace(b"the plate", b"tha plate"))
    code, told = run(package, "--trust", keys)
    assert code == 1
    assert "pictures/plate.jpg was changed" in told


def test_for_programs_there_is_json(package: Path, keys: Path) -> None:
    code, told = run(package, "--trust", keys, "--json")
    verdict = json.loads(told)
    assert (code, verdict["exit_code"]) == (0, 0)
    assert all(finding["status"] == "ok" for finding in verdict["findings"])


def test_without_all_keys_it_ends_with_three(package: Path, tmp_path: Path) -> None:
    fewer = tmp_path / "fewer.json"
    fewer.write_text(trust_json(trust()))
    assert run(package, "--trust", fewer)[0] == 3


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "sarbide-trust/2"}', "\x00"])
def test_an_unusable_trust_file_ends_with_two(package: Path, tmp_path: Path, content: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    code, told = run(package, "--trust", bad)
    assert code == 2
    assert "Traceback" not in told


def test_a_missing_file_ends_with_two(keys: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "none.zip", "--trust", keys)[0] == 2
    assert run(keys, "--trust", tmp_path / "none.json")[0] == 2


class TestTrustFile:
    def test_it_survives_being_written(self, authority: Authority) -> None:
        made = trust(authority[1])
        assert parse_trust(trust_json(made)) == made

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("public_key", "AAAA", "3 bytes instead of 32"),
            ("public_key", "?", "not base64"),
            ("valid_from", "2026-01-01T00:00:00", "timezone"),
            ("secret", "x", "Extra"),
        ],
    )
    def test_what_is_wrong_with_a_key_is_named(self, field: str, value: str, why: str) -> None:
        content = json.loads(trust_json(trust()))
        content["centres"][0][field] = value
        with pytest.raises(UnusableTrust, match=f"centres.0.{field}.*{why}"):
            parse_trust(json.dumps(content))

    def test_a_root_must_be_a_certificate(self) -> None:
        content = json.loads(trust_json(trust())) | {"timestamp_roots": ["hello"]}
        with pytest.raises(UnusableTrust, match="timestamp_roots"):
            parse_trust(json.dumps(content))

    def test_nothing_in_it_is_secret(self) -> None:
        assert set(Trust.model_fields) == {
            *("format", "centres", "devices", "timestamp_roots", "document_seals")
        }
