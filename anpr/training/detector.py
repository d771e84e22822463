"""Train the plate detector on one CPU core.

    python -m anpr.training.detector [--photos FOLDER]... [--work FOLDER] [--target MODEL]
                                     [--start CHECKPOINT]

Rendered scenes alone, or with real photos added; from scratch, or from an earlier training's
weights; then a second, shorter time from what that gave. The same command continues an interrupted
training. The working folder keeps the checkpoint, the learning curve (`learning_curve.png`,
`curve.jsonl`), the same of the second training in `again`, and the report on the real photos, which
tells the 8-bit model and the same weights in floating point; the 8-bit model goes to the target.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch

from anpr.detection.detector import SHIPPED_DETECTOR, THRESHOLD
from anpr.detection.detector_session import AnySizeSession, is_any_size
from anpr.training import detector_state
from anpr.training.detector_data import SceneRing, Tile
from anpr.training.detector_frames import street_scenes
from anpr.training.detector_loss import Targets, detector_loss
from anpr.training.detector_net import PlateNet, all_cells
from anpr.training.detector_photos import (
    PhotoSet,
    load_photos,
    photo_folders,
    read_sightings,
)
from anpr.training.detector_plates import plate_source
from anpr.training.detector_rides import suspected_plates
from anpr.training.detector_state import Averaged, CurvePoint, Progress
from core.errors import SarbideError, SetupProblem

PEAK_RATE = 2e-3
WEIGHT_DECAY = 0.02
WARM_UP_STEPS = 200
SAVE_EVERY = 200
REPORT_EVERY = 50
BAR = 24
"""Characters of the progress bar."""
AGAIN = "again"
"""Folder of the second training, in that of the first."""
AGAIN_SAMPLES, AGAIN_RATE, AGAIN_SEED = 0.375, 0.4, 10
"""Of the second training: share of the first one's samples, share of its rate, and what is added
to its seed."""

PHOTO_IOU, RIDE_IOU = 0.5, 0.3
"""Overlap from which a plate counts as found; boxes in the moving frames are drawn less exactly."""


@dataclass(frozen=True)
class Phase:
    """A stretch of the training: tile side in pixels, batch size, share of all samples."""

    side: int
    batch: int
    share: float


PHASES = (Phase(256, 32, 0.72), Phase(384, 16, 0.28))
"""Small tiles teach cheaply; the last stretch shows plates as wide as the inputs in use."""


@dataclass(frozen=True)
class Plan:
    """Everything that decides how a training turns out."""

    samples: int = 120_000
    seed: int = 20261120
    street_frames: int = 120
    """Frames of rendered streets beside the scenes that are drawn all the time."""

    rate: float = PEAK_RATE
    """Highest learning rate."""

    start: Path | None = None
    """Checkpoint whose averaged weights a new training starts from; None: from scratch."""

    earlier: Path = SHIPPED_DETECTOR
    """Detector that marks unlabelled plates in frames of drives."""

    def again(self, checkpoint: Path) -> Plan:
        """The second, shorter training, which begins warm from the first one's `checkpoint`: it
        finds more and draws its boxes tighter (Loshchilov and Hutter, "SGDR", 2017)."""
        return replace(
            self,
            samples=round(AGAIN_SAMPLES * self.samples),
            seed=self.seed + AGAIN_SEED,
            rate=AGAIN_RATE * self.rate,
            start=checkpoint,
        )


def train(
    work: Path,
    target: Path,
    photos: Path | Sequence[Path] | None = None,
    plan: Plan | None = None,
) -> Path:
    """Train or continue in the folder `work`; write the 8-bit ONNX model to `target` and return it.

    The checkpoints and the report on both forms of the weights stay in `work`.

    `photos` are folders as `detector_photos` describes them. Raises SetupProblem when one of them
    cannot be used.
    """
    from anpr.training.detector_export import export  # noqa: PLC0415 (onnx is needed at the end)

    plan = plan or Plan()
    folders = [photos] if isinstance(photos, Path) else list(photos or [])
    _run(work, folders, plan)
    again = work / AGAIN
    net = PlateNet()
    net.load_state_dict(_run(again, folders, plan.again(work / detector_state.CHECKPOINT)))
    target.parent.mkdir(parents=True, exist_ok=True)
    export(net, target, folders)
    write_report([target, again / detector_state.CHECKPOINT], folders, work / "report.json")
    return target


def write_report(models: Sequence[Path], folders: list[Path], target: Path) -> None:
    """Measure finished models or checkpoints on every labelled folder of real photos; printed as
    well."""
    from anpr.training.detector_measure import report  # noqa: PLC0415 (needed once)

    lines: dict[str, list[object]] = {}
    for folder in [found for given in folders for found in photo_folders(given)]:
        if (folder / "labels.tsv").is_file():
            negatives = folder / "negatives" if (folder / "negatives").is_dir() else None
            iou = RIDE_IOU if read_sightings(folder / "labels.tsv") else PHOTO_IOU
            lines[folder.name] = [report(m, folder, negatives, THRESHOLD, iou) for m in models]
    if lines:
        text = json.dumps(lines, indent=1)
        target.write_text(text + "\n", encoding="utf-8")
        print(text, file=sys.stderr)


def _run(work: Path, folders: list[Path], plan: Plan) -> dict[str, torch.Tensor]:
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(plan.seed)
    net = PlateNet()
    if plan.start is not None:
        net.load_state_dict(torch.load(plan.start, weights_only=True)["average"])
    net = net.to(memory_format=torch.channels_last)
    average, optimiser = Averaged(net), _optimiser(net)
    progress = detector_state.load(work, net, average, optimiser)
    schedule = list(steps(plan.samples))
    if progress.step == len(schedule):
        return average.weights
    photos = _photos(folders, plan.earlier) if folders else None
    frames = street_scenes(work / "streets", plan.street_frames, plan.seed + 1)
    ring = SceneRing(plate_source(plan.seed), photos, frames, plan.seed + progress.step)
    recent: list[dict[str, float]] = []
    began = time.monotonic() - progress.seconds
    for phase in schedule[progress.step :]:
        _set_rate(optimiser, progress.step, len(schedule), plan.rate)
        recent.append(_step(net, optimiser, [ring.tile(phase.side) for _ in range(phase.batch)]))
        average.update(net)
        progress.step += 1
        progress.samples += phase.batch
        progress.seconds = time.monotonic() - began
        if progress.step % REPORT_EVERY == 0:
            _report(progress, recent, len(schedule))
            recent = []
        if progress.step % SAVE_EVERY == 0 or progress.step == len(schedule):
            detector_state.save(work, net, average, optimiser, progress)
            detector_state.draw_curve(progress.curve, work / "learning_curve.png")
    print(file=sys.stderr)
    return average.weights


def _photos(folders: list[Path], earlier: Path) -> PhotoSet:
    if not is_any_size(earlier):
        raise SetupProblem(
            f"The detector {earlier}, which marks unlabelled plates, is missing or none of ours: "
            "give one with --earlier"
        )
    session = AnySizeSession(earlier)
    return load_photos(folders, lambda image, boxes: suspected_plates(image, boxes, session))


def steps(samples: int) -> Iterator[Phase]:
    """The phase of every step of a training of about so many samples."""
    for phase in PHASES:
        for _ in range(max(1, round(samples * phase.share / phase.batch))):
            yield phase


def batch_tensors(tiles: list[Tile]) -> tuple[torch.Tensor, Targets]:
    """Tiles as network input (RGB, 0..1) and padded targets."""
    images = np.stack([tile.image[:, :, ::-1] for tile in tiles]).transpose(0, 3, 1, 2)
    pixels = torch.from_numpy(np.ascontiguousarray(images)).float().div_(255.0)
    plates, present = _padded([tile.plates for tile in tiles])
    ignored, _ = _padded([tile.ignored for tile in tiles])
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    return pixels, Targets(plates, present, ignored)


def _padded(
    rows: list[list[tuple[float, float, float, float]]],
) -> tuple[torch.Tensor, torch.Tensor]:
    most = max(1, *(len(row) for row in rows))
    boxes, present = torch.zeros(len(rows), most, 4), torch.zeros(len(rows), most, dtype=torch.bool)
    for i, row in enumerate(rows):
        if row:
            boxes[i, : len(row)] = torch.tensor(row, dtype=torch.float32)
            present[i, : len(row)] = True
    return boxes, present


def _step(net: PlateNet, optimiser: torch.optim.Optimizer, tiles: list[Tile]) -> dict[str, float]:
    pixels, targets = batch_tensors(tiles)
    with torch.autocast("cpu", torch.bfloat16):
        logits, boxes = net(pixels)
    loss, parts = detector_loss(logits, boxes, targets, all_cells(pixels.shape[-1]))
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
    optimiser.step()
    return {"loss": loss.item(), **parts}


def _optimiser(net: PlateNet) -> torch.optim.Optimizer:
    """AdamW; biases and normalisation are not decayed."""
    decayed = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": WEIGHT_DECAY},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=PEAK_RATE)


def _set_rate(optimiser: torch.optim.Optimizer, step: int, total: int, peak: float) -> None:
    """Linear warm-up, then a cosine down to a hundredth."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    cosine = 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * step / total))
    for group in optimiser.param_groups:
        group["lr"] = peak * warm * cosine


def _report(progress: Progress, recent: list[dict[str, float]], total: int) -> None:
    mean = {key: float(np.mean([part[key] for part in recent])) for key in recent[0]}
    point = CurvePoint(progress.samples, progress.seconds, mean["loss"], mean["score"], mean["iou"])
    progress.curve.append(point)
    rest = progress.seconds / progress.step * (total - progress.step) / 60
    bar = "#" * (BAR * progress.step // total)
    line = (
        f"\rdetector: [{bar:.<{BAR}}] {progress.step}/{total} steps, {progress.samples} samples, "
        f"loss {mean['loss']:.3f} (score {mean['score']:.3f}, box {mean['iou']:.3f}), "
        f"about {rest:.0f} min left "
    )
    print(line, end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m anpr.training.detector", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("var/training/detector"))
    parser.add_argument("--target", type=Path, default=Path("anpr/models/detector.onnx"))
    parser.add_argument("--photos", type=Path, action="append", help="folder of real photos")
    parser.add_argument("--samples", type=int, default=Plan.samples)
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--rate", type=float, default=Plan.rate, help="highest learning rate")
    parser.add_argument("--start", type=Path, help="checkpoint to start a new training from")
    parser.add_argument(
        "--earlier", type=Path, default=Plan.earlier, help="marks unlabelled plates"
    )
    chosen = parser.parse_args(arguments)
    plan = Plan(
        chosen.samples, chosen.seed, rate=chosen.rate, start=chosen.start, earlier=chosen.earlier
    )
    try:
        print(train(chosen.work, chosen.target, chosen.photos, plan))
    except SarbideError as error:
        raise SystemExit(f"detector: {error.message}") from None


if __name__ == "__main__":
    main()
