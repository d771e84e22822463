"""The demonstration's edge box: its key, and a configuration that replays the footage."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from control_center.edge_boxes.enrolment import centre_section
from core.encryption import KeyRing
from core.errors import SetupProblem
from core.signing import generate_key_pair

SAMPLE_FOOTAGE = Path(__file__).resolve().parents[2] / "sample_footage"
DEVICE = "edge-01"


@dataclass(frozen=True)
class Footage:
    """A folder of clips with the manifest of what they show and the register to decide with."""

    manifest_path: Path
    register: Path
    manifest: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> "Footage":
        """Raises SetupProblem when manifest or register are missing."""
        manifest, register = folder / "manifest.json", folder / "register.json"
        for path in (manifest, register):
            if not path.exists():
                raise SetupProblem(
                    f"{path} is missing: run `make footage` to render the sample clips."
                )
        return cls(manifest.resolve(), register.resolve(), json.loads(manifest.read_text()))

    @property
    def starts_at(self) -> datetime:
        """When the first clip was filmed."""
        return min(datetime.fromisoformat(clip["starts_at"]) for clip in self.manifest["clips"])


@dataclass(frozen=True)
class EdgeBox:
    """What the centre has to know of the demonstration's edge box."""

    config: Path
    public_key: bytes
    control_points: list[str]


def prepare(folder: Path, footage: Footage, keys: KeyRing, centre_url: str) -> EdgeBox:
    """Write key and configuration into `folder`; the key stays the same once it is made."""
    folder.mkdir(parents=True, exist_ok=True)
    public = _device_key(folder)
    cameras = [{**camera, "source": "manifest"} for camera in footage.manifest["cameras"]]
    config = folder / "edge.toml"
    config.write_text(_toml(footage, cameras, keys, centre_url))
    points = sorted({camera["control_point"] for camera in cameras})
    return EdgeBox(config, public, points)


def _device_key(folder: Path) -> bytes:
    secret, public = folder / "device.key", folder / "device.pub"
    if not (secret.exists() and public.exists()):
        private_key, public_key = generate_key_pair()
        secret.touch(mode=0o600)
        secret.write_text(base64.b64encode(private_key).decode() + "\n")
        public.write_text(base64.b64encode(public_key).decode() + "\n")
    return base64.b64decode(public.read_text())


def _toml(footage: Footage, cameras: list[dict[str, str]], keys: KeyRing, centre_url: str) -> str:
    top = {
        "device": DEVICE,
        "key_file": "device.key",
        "data_dir": "data",
        "manifest": str(footage.manifest_path),
        "replay": True,
        "await_centre_seconds": 60,
        "heartbeat_seconds": 1,
        # The box serves on, so that pictures still come when a stay turns out too long.
        "when_finished": "stay",
    }
    parts = [_table(top), "\n" + centre_section(keys, centre_url)]
    parts += ["\n[[cameras]]\n" + _table(camera) for camera in cameras]
    return "".join(parts)


def _table(values: Mapping[str, object]) -> str:
    # JSON's strings, numbers and booleans are TOML's too.
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
