"""Checks that say, before a worker is started, what would keep it from working."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path

from anpr.reader import load_reader, models_label
from control_points.cameras.capture import CaptureProcess
from control_points.cameras.sources import footage_of
from control_points.centre.centre_client import CentreClient
from control_points.config import CameraConfig, EdgeConfig, EdgeSettings, load_config
from core.clock import utc_now
from core.errors import SarbideError, SetupProblem

LEAST_DISK_MB = 1_000
LARGEST_OFFSET = 1.0
"""Seconds; an offset above it makes passages unusable as evidence."""
DATE_GRAIN = 1.0
"""HTTP dates have whole seconds."""
CLASHING = ("opencv-python", "opencv-contrib-python")


@dataclass(frozen=True)
class Finding:
    """One check's result. `detail` says what to do when it is not fine."""

    check: str
    is_fine: bool
    detail: str


def examine(path: Path | None, settings: EdgeSettings) -> Iterator[Finding]:
    """Findings as they are made; without a configuration only what the machine itself needs."""
    yield _try("opencv", _opencv)
    yield _try("models", lambda: _models(settings))
    if path is None:
        return
    try:
        config = load_config(path, settings)
    except SarbideError as error:
        yield Finding("configuration", False, str(error))
        return
    yield Finding("configuration", True, f"{path}, {len(config.cameras)} camera(s)")
    yield _try("device key", lambda: _device_key(config))
    yield _try("disk", lambda: _disk(config.data_path))
    for camera in config.cameras:
        yield _try(f"camera {camera.camera}", _camera_check(config, camera))
    yield from _centre(config)


def _try(check: str, test: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, test())
    except SarbideError as error:
        return Finding(check, False, str(error))


def _opencv() -> str:
    installed = {str(d.name).lower() for d in metadata.distributions() if d.name}
    if clash := [name for name in CLASHING if name in installed]:
        raise SetupProblem(
            f"{' and '.join(clash)} is installed beside opencv-python-headless; both write the "
            f"same files. Run: pip uninstall {' '.join(clash)} && pip install --force-reinstall "
            "--no-deps opencv-python-headless"
        )
    return f"opencv-python-headless {metadata.version('opencv-python-headless')}, alone"


def _models(settings: EdgeSettings) -> str:
    return models_label(load_reader(settings.detector_model, settings.recogniser_model))


def _device_key(config: EdgeConfig) -> str:
    config.device_key()
    return f"{config.placed(config.key_file)}"


def _disk(folder: Path) -> str:
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free // 1_000_000
    if free < LEAST_DISK_MB:
        raise SetupProblem(
            f"{folder} has {free} MB left; passages need room while the centre is out of reach. "
            f"Free {LEAST_DISK_MB} MB, or set data_dir to a larger disk."
        )
    return f"{free} MB free for {folder}"


def _camera_check(config: EdgeConfig, camera: CameraConfig) -> Callable[[], str]:
    is_live = camera.named_source(config.base).is_live
    return lambda: _live(config, camera) if is_live else _recorded(config, camera)


def _live(config: EdgeConfig, camera: CameraConfig) -> str:
    source = camera.named_source(config.base)
    process = CaptureProcess(camera, source)
    try:
        _, image = next(process.frames())
    finally:
        process.close()
    return f"{source.label} gives {image.shape[1]} x {image.shape[0]}"


def _recorded(config: EdgeConfig, camera: CameraConfig) -> str:
    footage = footage_of(camera, config)
    for stretch in footage:
        next(iter(stretch.frames(0)))
    return f"{len(footage)} stretch(es) of footage"


def _centre(config: EdgeConfig) -> Iterator[Finding]:
    name = f"centre {config.centre.url}"
    try:
        ca_file = config.centre.ca_file
        client = CentreClient(
            config.centre.url,
            config.device,
            config.device_key(),
            ca_file=str(config.placed(ca_file)) if ca_file else None,
        )
        before = utc_now()
        date = client.clock_of_centre()
        middle = before + (utc_now() - before) / 2
        yield _try(name, lambda: _accepts(client))
        yield _try("clock", lambda: _clock(middle, date))
        client.close()
    except SarbideError as error:
        yield Finding(name, False, str(error))


def _accepts(client: CentreClient) -> str:
    client.plate_hash_key()
    return "answers, and knows this device"


def _clock(here: datetime, date: str | None) -> str:
    if date is None:
        return "the centre does not tell its time"
    there = parsedate_to_datetime(date).astimezone(UTC)
    # The centre cut its time off to the second.
    apart = max(0.0, abs((here - there).total_seconds() - DATE_GRAIN / 2) - DATE_GRAIN / 2)
    if apart > LARGEST_OFFSET:
        raise SetupProblem(
            f"This clock is {apart:.0f} s from the centre's; passages would not count as "
            "evidence. Start a time service such as systemd-timesyncd or chrony."
        )
    return "within a second of the centre's"
