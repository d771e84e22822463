"""The scenario file: cameras, clips, vehicles with what must come of them, and authorisations."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput

READING_DISTANCE = 10.0
"""A vehicle's time in the scenario is when its plate is this many metres from the mast."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StreetShape(_Part):
    """Measures of a street in metres; see `place.make_street`."""

    seed: int
    left: float
    right: float
    end: float
    lane: tuple[float, float]


class View(_Part):
    """Where a camera hangs and looks; see `camera.Camera`."""

    x: float
    height: float
    yaw: float
    pitch: float
    focal: float


class FilmedCamera(_Part):
    name: str
    control_point: str
    title: str
    direction: Literal["entry", "exit"]
    approach: Literal["towards", "away"]
    """Whether vehicles that pass as meant come towards the camera."""
    street: StreetShape
    view: View


class FilmedVehicle(_Part):
    plate: str
    country: str = "ES"
    format: str = "es_current"
    style: int = 2
    """Which of a few ways to draw the plate; see `plate_source.plate_of`."""
    readable: bool = True
    kind: str
    paint: tuple[int, int, int] | None = None
    at: float
    """Seconds from the clip's start to when the plate is `READING_DISTANCE` away."""
    speed: float = 4.6
    """Metres a second."""
    x: float = 0.0
    """Place across the street in metres."""
    path: tuple[tuple[float, float], ...] = ()
    """Seconds and metres from the mast, where the vehicle does not simply pass."""
    beacon: bool = False
    profile: str | None = None
    direction: Literal["entry", "exit", "reversed_out"] | None = None
    """Only where it differs from the camera's."""
    why: str
    expect: tuple[str, str]
    """Outcome and reason."""
    case: str | None = None


class FilmedClip(_Part):
    file: str
    camera: str
    starts_at: AwareDatetime
    seconds: float = Field(gt=0, le=25)
    look: str
    sunny: bool = False
    sun_from: tuple[float, float, float] | None = None
    covered: tuple[tuple[float, float], ...] = ()
    """Stretches in seconds during which something hangs before the lens."""
    vehicle: tuple[FilmedVehicle, ...]


class FilmedAuthorisation(_Part):
    plate: str
    profile: str
    holder: str
    vehicle_class: str
    valid_from: AwareDatetime = datetime.fromisoformat("2026-01-01T00:00:00+01:00")
    valid_until: AwareDatetime | None = None
    used_this_month: int = 0
    zones: tuple[str, ...] = ("old-quarter",)
    control_points: tuple[str, ...] = ()


class Scenario(_Part):
    seed: int
    width: int
    height: int
    fps: int
    camera: tuple[FilmedCamera, ...]
    clip: tuple[FilmedClip, ...]
    authorisation: tuple[FilmedAuthorisation, ...]

    def camera_of(self, clip: FilmedClip) -> FilmedCamera:
        """The camera that filmed a clip.

        Raises:
            InvalidInput: the scenario has no camera of that name.
        """
        for camera in self.camera:
            if camera.name == clip.camera:
                return camera
        raise InvalidInput(f"{clip.file} names the camera {clip.camera}, which the scenario lacks.")

    def frames_of(self, clip: FilmedClip) -> int:
        """How many pictures a clip has."""
        return round(clip.seconds * self.fps)


def load_scenario(path: Path) -> Scenario:
    """Raises InvalidInput naming the file, the place in it and what is wrong."""
    try:
        return Scenario.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidInput(f"The scenario {path} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"The scenario {path}: {place}: {first['msg']}.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"The scenario {path} is not valid TOML: {error}.") from error
