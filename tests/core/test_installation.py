"""Set-up: one clear message when something is missing, nothing done twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from core import installation


def test_missing_packages_are_named_once_with_the_command() -> None:
    message = installation.explain_missing(["python3-venv"])
    assert message.count("sudo apt-get install python3-venv") == 1


def test_the_environment_is_remade_when_the_list_changes(tmp_path: Path) -> None:
    requirements, stamp = tmp_path / "requirements.txt", tmp_path / "stamp"
    requirements.write_text("a==1\n")
    stamp.write_text(installation.fingerprint(requirements))
    assert installation.is_current(stamp, installation.fingerprint(requirements))
    requirements.write_text("a==2\n")
    assert not installation.is_current(stamp, installation.fingerprint(requirements))


def test_an_interrupted_set_up_is_not_taken_for_a_finished_one(tmp_path: Path) -> None:
    assert not installation.is_current(tmp_path / "absent", "anything")


def test_an_unknown_set_up_is_refused() -> None:
    with pytest.raises(SystemExit, match="choose from runtime, dev"):
        installation.main(["everything"])


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = Path(installation.__file__)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "nonsense"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert "is not a set-up" in done.stderr


@pytest.mark.parametrize("name", sorted(installation.LISTS.values()))
def test_every_locked_package_carries_a_hash_and_no_address(name: str) -> None:
    text = (installation.ROOT / name).read_text()
    assert "--hash=sha256:" in text and "://" not in text
