"""Rules of the house that a machine can check, so that no reviewer has to."""

import re
import subprocess
from pathlib import Path

import pytest

from core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "core",
    "anpr",
    "control_points",
    "permits",
    "sanctions",
    "control_center",
    "mobile_api",
)
TOP_FOLDERS = {*PACKAGES, "tests", "sample_footage", "docs", ".ci"}
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".html", ".css", ".js", ".po", ".json", ".yaml"}


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def own_sources() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".py"]


class TestLayout:
    def test_the_top_level_folders_are_the_agreed_ones(self) -> None:
        top = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
        assert {name for name in top if (ROOT / name).is_dir()} <= TOP_FOLDERS

    def test_package_markers_are_empty(self) -> None:
        full = [path for path in own_sources() if path.name == "__init__.py" and path.read_text()]
        assert full == []

    def test_no_file_grows_past_four_hundred_lines(self) -> None:
        long = {
            str(path.relative_to(ROOT)): lines
            for path in own_sources()
            if (lines := len(path.read_text().splitlines())) > 400
        }
        assert long == {}

    def test_no_file_is_larger_than_a_clone_should_carry(self) -> None:
        assert [path for path in tracked_files() if path.stat().st_size > 10_000_000] == []


class TestWhatTheRepositorySays:
    @pytest.mark.parametrize(
        "pattern",
        [
            re.escape("/" + "work/"),
            r"/root/\.",
            r"opt/" + "pypi",
            r"\bTO" + r"DO\b",
            r"\bFIX" + r"ME\b",
            r"NotImplemented" + "Error",
        ],
    )
    def test_no_machine_paths_and_no_unfinished_marks(self, pattern: str) -> None:
        found = [
            f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
            for path in tracked_files()
            if path.suffix in TEXT
            and path.stat().st_size < 1_000_000
            and "/static/" not in str(path)
            for line in path.read_text(errors="replace").splitlines()
            if re.search(pattern, line)
        ]
        assert found == []

    def test_opencv_python_is_only_named_to_warn_of_it(self) -> None:
        for name in ("requirements.txt", "requirements-dev.txt"):
            assert not re.search(r"^opencv-python==", (ROOT / name).read_text(), re.MULTILINE)


class TestSettings:
    def test_every_setting_is_described_in_the_documentation(self) -> None:
        described = (ROOT / "docs" / "settings.md").read_text()
        absent = [
            name for name in Settings.model_fields if f"`SARBIDE_{name.upper()}`" not in described
        ]
        assert absent == []

    def test_the_documentation_names_no_setting_that_does_not_exist(self) -> None:
        described = (ROOT / "docs" / "settings.md").read_text()
        named = set(re.findall(r"^\| `SARBIDE_([A-Z_]+)`", described, re.MULTILINE))
        assert named == {name.upper() for name in Settings.model_fields}
