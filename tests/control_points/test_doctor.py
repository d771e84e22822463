"""What would keep a worker from working is said before it starts."""

import base64
from pathlib import Path

import pytest

from control_points import doctor
from control_points.config import EdgeSettings
from control_points.doctor import Finding, examine
from tests.control_points.builders import config_text
from tests.control_points.centre.test_centre_client import PRIVATE, PUBLIC
from tests.control_points.fakes import FakeCentre, served
from tests.control_points.streets import film


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_models", lambda _: "colours")


def findings(
    folder: Path, centre: FakeCentre, url: str, source: str = "street.mp4"
) -> dict[str, Finding]:
    (folder / "edge.key").write_text(base64.b64encode(PRIVATE).decode())
    camera = (
        '[[cameras]]\ncamera = "CP-01-A"\ncontrol_point = "CP-01"\ndirection = "entry"\n'
        f'source = "{source}"\n'
    )
    path = folder / "edge.toml"
    path.write_text(
        config_text(folder, url, (centre.signing_public, centre.picture_public), camera)
    )
    return {finding.check.split()[0]: finding for finding in examine(path, EdgeSettings())}


class TestExamining:
    def test_all_is_well(self, tmp_path: Path, centre: FakeCentre) -> None:
        film(tmp_path / "street.mp4", "1234BBC")
        with served(centre, PUBLIC) as url:
            found = findings(tmp_path, centre, url)
        assert [f.detail for f in found.values() if not f.is_fine] == []
        assert {"opencv", "models", "configuration", "camera", "centre", "clock"} <= set(found)

    def test_missing_footage_and_an_unreachable_centre_are_named(
        self, tmp_path: Path, centre: FakeCentre
    ) -> None:
        found = findings(tmp_path, centre, "http://127.0.0.1:9")
        assert "street.mp4" in found["camera"].detail
        assert "does not answer" in found["centre"].detail
        assert not found["camera"].is_fine
        assert not found["centre"].is_fine

    def test_a_box_the_centre_does_not_know_is_told_so(
        self, tmp_path: Path, centre: FakeCentre
    ) -> None:
        film(tmp_path / "street.mp4", "1234BBC")
        with served(centre, b"0" * 32) as url:
            found = findings(tmp_path, centre, url)
        assert not found["centre"].is_fine

    def test_without_a_configuration_the_machine_itself_is_checked(self) -> None:
        assert [f.check for f in examine(None, EdgeSettings())] == ["opencv", "models"]

    def test_opencv_python_beside_the_headless_build_is_a_problem(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Installed:
            name = "opencv-python"

        monkeypatch.setattr(doctor.metadata, "distributions", lambda: [Installed()])
        found = next(iter(examine(None, EdgeSettings())))
        assert not found.is_fine
        assert "pip uninstall opencv-python" in found.detail
