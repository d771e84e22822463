"""What the scenario promises, as the two files that the demonstration reads."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from anpr.synthesis.street.scenario import FilmedClip, FilmedVehicle, Scenario

MANIFEST, REGISTER = "manifest.json", "register.json"


def write_documents(scenario: Scenario, folder: Path) -> None:
    """Write manifest.json and register.json into `folder`."""
    for name, content in ((MANIFEST, manifest(scenario)), (REGISTER, register(scenario))):
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


def manifest(scenario: Scenario) -> dict[str, Any]:
    """Clips with their start, size and expected passages, decisions and cases."""
    return {
        "rendered": True,
        "seed": scenario.seed,
        "cameras": [
            {"camera": c.name, "control_point": c.control_point, "direction": c.direction,
             "approach": c.approach}
            for c in scenario.camera
        ],
        "clips": [_clip(scenario, clip) for clip in scenario.clip],
        "totals": _totals(scenario),
    }  # fmt: skip


def register(scenario: Scenario) -> list[dict[str, Any]]:
    """Authorisations of the filmed vehicles, beside which the demonstration seeds many more."""
    return [
        {
            "plate": a.plate, "profile": a.profile, "holder": a.holder,
            "valid_from": a.valid_from.isoformat(),
            "valid_until": a.valid_until.isoformat() if a.valid_until else None,
            "used_this_month": a.used_this_month, "zones": list(a.zones),
            "control_points": list(a.control_points), "vehicle_class": a.vehicle_class,
        }
        for a in scenario.authorisation
    ]  # fmt: skip


def _clip(scenario: Scenario, clip: FilmedClip) -> dict[str, Any]:
    camera = scenario.camera_of(clip)
    return {
        "file": clip.file,
        "control_point": camera.control_point,
        "camera": camera.name,
        "starts_at": clip.starts_at.isoformat(),
        "fps": scenario.fps,
        "frames": scenario.frames_of(clip),
        "width": scenario.width,
        "height": scenario.height,
        "look": clip.look,
        "vehicles": [_vehicle(scenario, clip, vehicle) for vehicle in clip.vehicle],
        "covered": [
            {"from": _moment(clip, start), "to": _moment(clip, end)} for start, end in clip.covered
        ],
    }


def _vehicle(scenario: Scenario, clip: FilmedClip, vehicle: FilmedVehicle) -> dict[str, Any]:
    outcome, reason = vehicle.expect
    return {
        "plate": vehicle.plate if vehicle.readable else None,
        "country": vehicle.country,
        "profile": vehicle.profile,
        "kind": vehicle.kind,
        "direction": vehicle.direction or scenario.camera_of(clip).direction,
        "seen_at": _moment(clip, vehicle.at),
        "why": vehicle.why,
        "expected": {"outcome": outcome, "reason": reason, "case": vehicle.case},
    }


def _moment(clip: FilmedClip, seconds: float) -> str:
    return (clip.starts_at + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def _totals(scenario: Scenario) -> dict[str, int]:
    filmed = [v for clip in scenario.clip for v in clip.vehicle]
    return {
        "clips": len(scenario.clip),
        "control_points": len({scenario.camera_of(c).control_point for c in scenario.clip}),
        "frames": sum(scenario.frames_of(c) for c in scenario.clip),
        "passages": len(filmed),
        "vehicles": len({v.plate for v in filmed}),
        "plates": sum(v.readable for v in filmed),
        "cases": sum(v.case is not None for v in filmed),
    }
