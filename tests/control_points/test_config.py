"""A wrong configuration is explained: which setting, what is wrong, what to do."""

import base64
from pathlib import Path

import pytest

import control_points
from control_points.config import (
    CameraConfig,
    CentreConfig,
    EdgeConfig,
    EdgeSettings,
    load_config,
)
from core.errors import SetupProblem
from tests.control_points.builders import config_text

KEYS = (b"s" * 32, b"p" * 32)
CAMERA = """
[[cameras]]
camera = "CP-01-A"
control_point = "CP-01"
direction = "entry"
source = "footage"
"""
URL = "https://centre.example"


def loaded(
    folder: Path,
    *,
    cameras: str = CAMERA,
    top: str = "",
    url: str = URL,
    environment: str = "development",
) -> EdgeConfig:
    path = folder / "edge.toml"
    path.write_text(config_text(folder, url, KEYS, cameras, top))
    return load_config(path, EdgeSettings(environment=environment))  # type: ignore[arg-type]


class TestLoading:
    def test_paths_start_at_the_file_s_folder(self, tmp_path: Path) -> None:
        config = loaded(tmp_path)
        assert config.cameras[0].named_source(config.base).address == str(tmp_path / "footage")

    def test_the_keys_are_bytes(self, tmp_path: Path) -> None:
        config = loaded(tmp_path)
        assert (config.centre.signing_key, config.centre.picture_key) == KEYS

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"top": "spead = 2"}, "spead: is not a setting"),
            ({"top": "speed = -1"}, "speed: Input should be greater"),
            ({"cameras": ""}, "cameras: is missing"),
            ({"cameras": CAMERA.replace('"entry"', '"sideways"')}, r"cameras\[0\].direction"),
            ({"cameras": CAMERA + CAMERA}, "CP-01-A is listed twice"),
            ({"cameras": CAMERA.replace("footage", "manifest")}, "manifest is missing"),
            ({"cameras": CAMERA.replace("footage", "ftp://cam/1")}, r"cameras\[0\].source"),
            ({"url": "http://centre.example"}, "url must be https"),
            ({"url": "https://centre.example/edge"}, "must not have a path"),
            ({"top": "replay = true", "environment": "production"}, "production refuses it"),
            (
                {"top": "replay = true", "cameras": CAMERA.replace("footage", "rtsp://cam/1")},
                "replay is for files",
            ),
        ],
    )
    def test_each_mistake_names_its_setting(
        self, tmp_path: Path, wrong: dict[str, str], words: str
    ) -> None:
        with pytest.raises(SetupProblem, match=words):
            loaded(tmp_path, **wrong)

    def test_no_message_shows_a_camera_s_password(self, tmp_path: Path) -> None:
        secret = CAMERA.replace("footage", "ftp://admin:hunter2@cam/1")
        with pytest.raises(SetupProblem) as caught:
            loaded(tmp_path, cameras=secret, top="speed = -1")
        assert "hunter2" not in str(caught.value)
        with pytest.raises(SetupProblem) as caught:
            loaded(tmp_path, cameras=secret)
        assert "hunter2" not in str(caught.value)
        assert "hunter2" not in repr(loaded(tmp_path, cameras=secret.replace("ftp", "rtsp")))

    def test_broken_toml_is_named_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "edge.toml").write_text("device = \n")
        with pytest.raises(SetupProblem, match=r"not valid TOML.*line 1"):
            load_config(tmp_path / "edge.toml", EdgeSettings())

    def test_a_loopback_centre_may_do_without_tls(self, tmp_path: Path) -> None:
        assert loaded(tmp_path, url="http://127.0.0.1:8000").centre.url

    def test_an_edge_box_in_production_needs_no_secret_of_the_centre(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SARBIDE_ENVIRONMENT", "production")
        monkeypatch.delenv("SARBIDE_SECRET_KEY", raising=False)
        assert EdgeSettings().is_production


class TestExample:
    def test_the_example_is_right_and_names_every_setting(self) -> None:
        path = Path(control_points.__file__).parent / "edge.example.toml"
        assert len(load_config(path, EdgeSettings()).cameras) == 2
        text = path.read_text()
        for section in (EdgeConfig, CentreConfig, CameraConfig):
            missing = [name for name in section.model_fields if f"{name} = " not in text]
            assert [name for name in missing if name not in {"centre", "cameras"}] == []


class TestDeviceKey:
    def test_a_missing_key_says_how_to_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(SetupProblem, match="keygen"):
            loaded(tmp_path).device_key()

    def test_a_file_that_is_no_key_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "edge.key").write_text(base64.b64encode(b"short").decode())
        with pytest.raises(SetupProblem, match="5 bytes"):
            loaded(tmp_path).device_key()
