"""The commands beside `run`: keys, and a look into the spool."""

import base64
from pathlib import Path

import pytest
from typer.testing import CliRunner

from control_points.__main__ import app
from control_points.storage.edge_store import EdgeStore
from tests.control_points.builders import MORNING, a_passage_id, a_report, config_text

CAMERA = (
    '[[cameras]]\ncamera = "CP-01-A"\ncontrol_point = "CP-01"\ndirection = "entry"\n'
    'source = "street.mp4"\n'
)


def answer(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


class TestKeygen:
    def test_the_private_key_is_written_for_its_owner_alone_and_the_public_printed(
        self, tmp_path: Path
    ) -> None:
        public = answer("keygen", str(tmp_path / "edge.key")).strip()
        private = (tmp_path / "edge.key").read_text().strip()
        assert len(base64.b64decode(public)) == len(base64.b64decode(private)) == 32
        assert public != private
        assert (tmp_path / "edge.key").stat().st_mode & 0o077 == 0

    def test_a_key_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "edge.key").write_text("mine")
        assert "never replaced" in answer("keygen", str(tmp_path / "edge.key"), code=2)
        assert (tmp_path / "edge.key").read_text() == "mine"


class TestSpool:
    @pytest.fixture
    def config(self, tmp_path: Path) -> Path:
        path = tmp_path / "edge.toml"
        path.write_text(config_text(tmp_path, "http://localhost", (b"s" * 32, b"p" * 32), CAMERA))
        store = EdgeStore.open(tmp_path / "edge")
        for number in (1, 2):
            store.spool.store(a_report(number), {}, MORNING)
        store.spool.set_aside(a_passage_id(2), "from the future")
        store.close()
        return path

    def test_it_tells_what_waits_and_what_was_refused(self, config: Path) -> None:
        shown = answer("spool", "--config", str(config))
        assert "waiting for the centre: 1." in shown
        assert f"Refused: {a_passage_id(2)}" in shown
        assert "from the future" in shown
        assert "1234BBC" not in shown

    def test_refused_passages_can_be_put_back(self, config: Path) -> None:
        answer("spool", "--config", str(config), "--send-again")
        assert "waiting for the centre: 2." in answer("spool", "--config", str(config))

    def test_a_running_worker_is_not_disturbed(self, config: Path) -> None:
        store = EdgeStore.open(config.parent / "edge")
        assert "another worker is running" in answer("spool", "--config", str(config), code=2)
        store.close()
