"""The demonstration without the wait: what comes out is what the footage's manifest says."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Exit status and result of one run; its length is printed, never judged."""
    folder: Path = tmp_path_factory.mktemp("demo") / "once"
    command = (sys.executable, "-m", "control_center", "demo", "--once", "--json")
    begin = time.monotonic()
    done = subprocess.run(
        (*command, "--folder", str(folder)), capture_output=True, text=True, check=False
    )
    print(f"demo --once took {time.monotonic() - begin:.0f} s, load {os.getloadavg()[0]:.1f}")
    assert done.stdout.startswith("{"), done.stderr
    return {
        "status": done.returncode,
        "result": json.loads(done.stdout),
        "folder": folder,
    }


def test_it_matches_the_manifest(outcome: dict[str, Any]) -> None:
    assert outcome["result"]["differences"] == []
    assert outcome["status"] == 0


def test_every_expected_passage_comes_once(outcome: dict[str, Any]) -> None:
    result = outcome["result"]
    ids = [passage["passage_id"] for passage in result["passages"]]
    assert len(ids) == len(set(ids)) == result["expected_passages"]


def test_at_least_ninety_five_in_a_hundred_plates_are_exact(outcome: dict[str, Any]) -> None:
    result = outcome["result"]
    assert result["exact_plates"] >= 0.95 * result["readable_plates"]


def test_no_plate_and_no_picture_lies_about_in_the_clear(outcome: dict[str, Any]) -> None:
    plates = [p["plate"].encode() for p in outcome["result"]["passages"] if p["plate"]]
    assert plates
    for path in outcome["folder"].rglob("*"):
        if path.is_file() and path.name != "edge.toml":
            content = path.read_bytes()
            assert b"JFIF" not in content, path
            assert not any(plate in content for plate in plates), path
