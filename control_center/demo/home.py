"""Where a demonstration lives: its folder, its secret, its logins, whether it has finished."""

import hashlib
import json
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr

from control_center.installation.seeding import Login
from core.errors import SetupProblem
from core.settings import Environment, Settings
from sanctions.evidence.timestamp_server import ROOT_FILE
from sanctions.integrations.systems import System

_STATE = "demo.json"


@dataclass(frozen=True)
class DemoState:
    """What has to be the same when a demonstration is taken up again."""

    secret_key: str
    staff_port: int
    app_port: int
    stamp_port: int = 0
    """Of the timestamp authority."""
    outside_port: int = 0
    """Of the fake systems outside."""
    logins: tuple[Login, ...] = ()
    is_seeded: bool = False
    is_finished: bool = False


@dataclass
class DemoHome:
    """The folder of one demonstration. Everything in it is rendered or random."""

    folder: Path
    state: DemoState = field(init=False)

    @classmethod
    def open(cls, folder: Path, *, fresh: bool, staff_port: int, app_port: int) -> "DemoHome":
        """Take up the unfinished demonstration in `folder`, or start a new one there.

        Raises:
            SetupProblem: the folder has other things in it.
        """
        home = cls(folder.resolve())
        found = None if fresh else home._read()
        if found is not None and not found.is_finished:
            home.state = replace(
                found,
                staff_port=staff_port,
                app_port=app_port,
                stamp_port=free_port(0),
                outside_port=free_port(0),
            )
        else:
            home._clear()
            secret = secrets.token_urlsafe(32)
            home.state = DemoState(secret, staff_port, app_port, free_port(0), free_port(0))
        home.save()
        return home

    def save(self, **changes: object) -> None:
        """Change the state and write it."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / _STATE
        fresh = path.with_suffix(".part")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(self.state)))
        fresh.replace(path)

    def settings(self) -> Settings:
        """Settings of the demonstration's processes: a database and a store of its own."""
        plain = Settings(
            environment=Environment.DEVELOPMENT,
            data_dir=self.folder,
            database_url=None,
            redis_url=None,
            secret_key=SecretStr(self.state.secret_key),
            staff_port=self.state.staff_port,
            app_port=self.state.app_port,
            timestamp_url=self.stamp_url,
            timestamp_roots=self.stamp_folder / ROOT_FILE,
        )
        outside = {
            name: SecretStr(value) if name.endswith("_key") else value
            for name, value in self.outside().items()
        }
        return plain.model_copy(update=outside)

    @property
    def outside_key(self) -> str:
        """What the fake systems outside know the demonstration by."""
        return hashlib.sha256(f"outside {self.state.secret_key}".encode()).hexdigest()[:24]

    def outside(self) -> dict[str, str]:
        """Addresses and keys of the fake systems outside, by setting."""
        base = f"http://127.0.0.1:{self.state.outside_port}"
        urls = {f"{system.value}_url": f"{base}/{system.value}" for system in System}
        return urls | {f"{system.value}_key": self.outside_key for system in System}

    @property
    def stamp_folder(self) -> Path:
        """Keys and certificates of the demonstration's timestamp authority."""
        return self.folder / "timestamps"

    @property
    def stamp_url(self) -> str:
        return f"http://127.0.0.1:{self.state.stamp_port}/"

    @property
    def staff_url(self) -> str:
        return f"http://127.0.0.1:{self.state.staff_port}"

    @property
    def app_url(self) -> str:
        return f"http://127.0.0.1:{self.state.app_port}"

    def environment(self) -> dict[str, str]:
        """The same for child processes."""
        return {
            "SARBIDE_ENVIRONMENT": Environment.DEVELOPMENT.value,
            "SARBIDE_DATA_DIR": str(self.folder),
            "SARBIDE_SECRET_KEY": self.state.secret_key,
            "SARBIDE_STAFF_PORT": str(self.state.staff_port),
            "SARBIDE_APP_PORT": str(self.state.app_port),
            "SARBIDE_TIMESTAMP_URL": self.stamp_url,
            "SARBIDE_TIMESTAMP_ROOTS": str(self.stamp_folder / ROOT_FILE),
            **{f"SARBIDE_{name.upper()}": value for name, value in self.outside().items()},
        }

    def _read(self) -> DemoState | None:
        try:
            raw = json.loads((self.folder / _STATE).read_text())
            logins = tuple(Login(**login) for login in raw.pop("logins"))
            return DemoState(**raw, logins=logins)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _clear(self) -> None:
        """Remove what an earlier demonstration left; never anything else."""
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return
        if not (self.folder / _STATE).exists():
            raise SetupProblem(
                f"The folder {self.folder} is not empty and not of a demonstration: choose "
                "another SARBIDE_DATA_DIR, or empty it."
            )
        shutil.rmtree(self.folder)


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there on this machine, else some free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SetupProblem("No free port is left on this machine.")
