"""Where a demonstration lives: taken up when interrupted, begun anew when finished."""

from pathlib import Path

import pytest

from control_center.demo.home import DemoHome, free_port
from core.errors import SetupProblem


def opened(folder: Path, *, fresh: bool = False) -> DemoHome:
    return DemoHome.open(folder, fresh=fresh, staff_port=8000, app_port=8001)


class TestOpening:
    def test_an_interrupted_one_keeps_its_secret_and_data(self, tmp_path: Path) -> None:
        first = opened(tmp_path / "demo")
        (tmp_path / "demo" / "sarbide.sqlite3").write_text("passages")
        second = opened(tmp_path / "demo")
        assert second.state.secret_key == first.state.secret_key
        assert (tmp_path / "demo" / "sarbide.sqlite3").exists()

    @pytest.mark.parametrize("why", ["finished", "fresh"])
    def test_a_finished_one_and_a_fresh_one_start_anew(self, tmp_path: Path, why: str) -> None:
        first = opened(tmp_path / "demo")
        first.save(is_finished=why == "finished")
        (tmp_path / "demo" / "sarbide.sqlite3").write_text("passages")
        second = opened(tmp_path / "demo", fresh=why == "fresh")
        assert second.state.secret_key != first.state.secret_key
        assert not (tmp_path / "demo" / "sarbide.sqlite3").exists()

    def test_a_folder_with_other_things_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.odt").write_text("three years of work")
        with pytest.raises(SetupProblem, match="not empty"):
            opened(tmp_path, fresh=True)
        assert (tmp_path / "thesis.odt").exists()

    def test_its_secret_is_for_its_owner_only(self, tmp_path: Path) -> None:
        opened(tmp_path / "demo")
        assert (tmp_path / "demo" / "demo.json").stat().st_mode & 0o077 == 0

    def test_never_uses_a_database_that_the_shell_names(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SARBIDE_DATABASE_URL", "postgresql://real/city")
        settings = opened(tmp_path / "demo").settings()
        assert settings.effective_database_url.startswith("sqlite:///")
        assert str(tmp_path) in settings.effective_database_url


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) not in (port, 0)
