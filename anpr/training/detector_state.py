"""What a detector training remembers on disk: weights, optimiser, averages and the curve."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

CHECKPOINT = "checkpoint.pt"


@dataclass
class CurvePoint:
    """One line of the learning curve."""

    samples: int
    seconds: float
    loss: float
    score: float
    iou: float


@dataclass
class Progress:
    """How far a training came."""

    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    curve: list[CurvePoint] = field(default_factory=list)


class Averaged:
    """Exponential moving average of a network's weights: the network that is shipped."""

    def __init__(self, net: nn.Module, decay: float = 0.9985) -> None:
        self.decay = decay
        self.updates = 0
        self.weights = {k: v.detach().clone() for k, v in net.state_dict().items()}

    def update(self, net: nn.Module) -> None:
        """Move a little towards `net`; quickly at first, when there is nothing to keep."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for key, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                self.weights[key].lerp_(value.detach(), 1.0 - decay)
            else:
                self.weights[key].copy_(value)


def save(
    folder: Path, net: nn.Module, average: Averaged, optimiser: torch.optim.Optimizer,
    progress: Progress,
) -> None:  # fmt: skip
    """Write the checkpoint whole: a kill leaves the old one or the new one, never a half."""
    state = {
        "net": net.state_dict(),
        "average": average.weights,
        "average_updates": average.updates,
        "optimiser": optimiser.state_dict(),
        "progress": asdict(progress),
    }
    half = folder / "checkpoint.half"
    torch.save(state, half)
    os.replace(half, folder / CHECKPOINT)  # noqa: PTH105 (atomic replacement is the point)
    lines = "\n".join(json.dumps(asdict(point)) for point in progress.curve)
    (folder / "curve.jsonl").write_text(lines + "\n", encoding="utf-8")


def load(
    folder: Path, net: nn.Module, average: Averaged, optimiser: torch.optim.Optimizer
) -> Progress:
    """Put a checkpoint back into the given objects; a fresh start where there is none."""
    path = folder / CHECKPOINT
    if not path.is_file():
        return Progress()
    state: dict[str, Any] = torch.load(path, weights_only=True)
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(state["optimiser"])
    average.weights, average.updates = state["average"], state["average_updates"]
    saved = state["progress"]
    saved["curve"] = [CurvePoint(**point) for point in saved["curve"]]
    return Progress(**saved)


def draw_curve(curve: list[CurvePoint], path: Path) -> None:
    """The learning curve as a picture (matplotlib, without a display)."""
    import matplotlib as mpl  # noqa: PLC0415 (slow to import, needed once)

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axis = plt.subplots(figsize=(7, 4))
    samples = [point.samples for point in curve]
    for name in ("loss", "score", "iou"):
        axis.plot(samples, [getattr(point, name) for point in curve], label=name)
    axis.set(xlabel="samples", ylabel="loss", yscale="log", title="Plate detector")
    axis.legend()
    axis.grid(visible=True, alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
