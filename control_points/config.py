"""The configuration file of one edge worker (TOML), and the few settings of its environment.

An edge box never holds the centre's `SARBIDE_SECRET_KEY`, so it has this small settings class
of its own and not `core.settings`.
"""

import base64
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from control_points.cameras.source_names import SourceName, parse_source
from control_points.protocol import Identifier
from core.clock import DomainClock
from core.errors import InvalidInput, SetupProblem

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class EdgeSettings(BaseSettings):
    """What an edge worker reads of the environment."""

    model_config = SettingsConfigDict(env_prefix="SARBIDE_", extra="ignore", frozen=True)

    environment: Literal["development", "preproduction", "production"] = "development"
    data_dir: Path = Path("var")
    """Where the domain clock is; the worker's own data are in the folder its file names."""
    recogniser_model: str | None = None
    detector_model: str | None = None

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def domain_clock(self) -> DomainClock:
        return DomainClock(self.data_dir / "domain-clock.json", movable=not self.is_production)


def _raw_key(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("is not Base64") from error
    if len(raw) != 32:
        raise ValueError(f"has {len(raw)} bytes; a key has 32, in Base64")
    return text


PublicKeyText = Annotated[str, AfterValidator(_raw_key)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CentreConfig(_Section):
    url: str
    """Scheme, host and port of the control centre; https unless it is on this machine."""
    signing_public_key: PublicKeyText
    """Ed25519 key that signs access lists."""
    picture_public_key: PublicKeyText
    """X25519 key that pictures are sealed for. Given here so that a box which has never reached
    the centre can still keep its pictures sealed."""
    ca_file: Path | None = None
    """Certificate authority of a centre with a certificate of its own."""

    @model_validator(mode="after")
    def _check_url(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must be like https://centre.example")
        if parts.path.strip("/") or parts.query:
            raise ValueError("url must not have a path: the signature covers the whole path")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("url must be https, unless the centre is on this machine")
        return self

    @property
    def signing_key(self) -> bytes:
        return base64.b64decode(self.signing_public_key)

    @property
    def picture_key(self) -> bytes:
        return base64.b64decode(self.picture_public_key)


class CameraConfig(_Section):
    camera: Identifier
    control_point: Identifier
    direction: Literal["entry", "exit"]
    """Which way vehicles that pass the camera as meant are going."""
    approach: Literal["towards", "away"] = "towards"
    """Whether they come towards the camera (front plates) or leave it (rear plates)."""
    source: str = Field(min_length=1, repr=False)
    frames_per_second: float | None = Field(default=None, gt=0, le=240)
    """Of photos in a folder (default 5), or of a file that does not say it right."""
    starts_at: AwareDatetime | None = None
    """When the first frame of files outside a manifest was taken (ISO, with offset); without it
    the file's own time."""
    rtsp_transport: Literal["tcp", "udp"] = "tcp"
    open_timeout: float = Field(default=10, gt=0, le=120)
    """Seconds to wait for a live camera to answer."""
    read_timeout: float = Field(default=5, gt=0, le=120)
    """Seconds without a picture after which a live camera is opened again."""

    def named_source(self, base: Path) -> SourceName:
        return parse_source(self.source, base)


class EdgeConfig(_Section):
    device: Identifier
    """Name of this box, and the key id of its signatures."""
    key_file: Path
    """Its private Ed25519 key: 32 bytes in Base64, one line."""
    data_dir: Path
    """Spool, sealed pictures and access list."""
    centre: CentreConfig
    cameras: tuple[CameraConfig, ...] = Field(min_length=1, max_length=64)
    manifest: Path | None = None
    """Clips with their start times, for sources named 'manifest'."""
    replay: bool = False
    """Merge all file sources in the order they were filmed and move the domain clock along."""
    speed: float = Field(default=0, ge=0, le=1000)
    """Replay speed: 1 as filmed, 0 as fast as possible."""
    when_finished: Literal["exit", "stay"] = "exit"
    """After the last frame of file sources: end, or go on serving pictures and heartbeats."""
    drain_seconds: float = Field(default=60, ge=0)
    """How long to wait at the end for the centre to take the last passages."""
    settle_seconds: float = Field(default=5, ge=0)
    """How long to wait after that for its word on pictures it has not decided about."""
    await_centre_seconds: float = Field(default=10, ge=0)
    """How long to wait at the start for keys and access list before watching without them."""
    reading_threads: int = Field(default=2, ge=1, le=64)
    heartbeat_seconds: float = Field(default=5, gt=0, le=60)
    """Its answer tells of a newer access list: a plate changed in the app has to be honoured here
    within ten seconds."""

    _base: Path = PrivateAttr(default=Path())

    @model_validator(mode="after")
    def _check_cameras(self) -> Self:
        names = [camera.camera for camera in self.cameras]
        if double := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"cameras: {', '.join(sorted(double))} is listed twice")
        if self.manifest is None and any(camera.source == "manifest" for camera in self.cameras):
            raise ValueError("manifest is missing, but a camera has the source 'manifest'")
        return self

    @property
    def base(self) -> Path:
        """Folder of the file; relative paths start here."""
        return self._base

    def placed(self, path: Path) -> Path:
        return self._base / path.expanduser()

    @property
    def data_path(self) -> Path:
        return self.placed(self.data_dir)

    def device_key(self) -> bytes:
        """The private key.

        Raises:
            SetupProblem: the file is missing or holds no key.
        """
        path = self.placed(self.key_file)
        try:
            return base64.b64decode(_raw_key(path.read_text().strip()))
        except OSError as error:
            raise SetupProblem(
                f"key_file: {path} can't be read ({error.strerror}). Make a key with "
                "'python -m control_points keygen' and register its public part at the centre."
            ) from error
        except ValueError as error:
            raise SetupProblem(
                f"key_file: {path} holds no Ed25519 key: it {error}. Make one with "
                "'python -m control_points keygen'."
            ) from error


def load_config(path: Path, settings: EdgeSettings) -> EdgeConfig:
    """Read and check the file.

    Raises:
        SetupProblem: names the setting, what is wrong with it and what to do.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupProblem(f"The configuration {path} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupProblem(f"The configuration {path} is not valid TOML: {error}.") from error
    config = _validated(path, content)
    config._base = path.resolve().parent
    _check_sources(path, config)
    if config.replay and settings.is_production:
        raise SetupProblem(f"{path}: replay moves the city's clock; production refuses it.")
    return config


def _validated(path: Path, content: dict[str, Any]) -> EdgeConfig:
    try:
        return EdgeConfig.model_validate(content)
    except ValidationError as error:
        lines = (f"  {_place(e['loc'])}: {_words(e)}" for e in error.errors(include_input=False))
        raise SetupProblem(
            f"The configuration {path} needs {error.error_count()} correction(s):\n"
            + "\n".join(lines)
        ) from error


def _check_sources(path: Path, config: EdgeConfig) -> None:
    for number, camera in enumerate(config.cameras):
        try:
            source = camera.named_source(config.base)
        except InvalidInput as error:
            raise SetupProblem(f"{path}: cameras[{number}].source: {error}") from error
        if config.replay and source.is_live:
            raise SetupProblem(
                f"{path}: cameras[{number}].source is the live camera {source.label}; "
                "replay is for files. Remove 'replay = true' or the camera."
            )


def _place(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "file"


def _words(error: Any) -> str:
    match error["type"]:
        case "missing":
            return "is missing; add it"
        case "extra_forbidden":
            return "is not a setting; remove it or check its spelling"
    return str(error["msg"]).removeprefix("Value error, ")
