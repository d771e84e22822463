"""One stage of the recogniser's training: batches in, checkpoints, log and curve out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from anpr.training import curve
from anpr.training.recogniser_data import CHUNK, Crops, joined, rendered_chunk
from anpr.training.recogniser_loop import Learner, learning_rate, limit_threads
from anpr.training.recogniser_photos import RealCrops
from anpr.training.recogniser_supply import Ahead, Ring

BATCH = 32
RING = 60_000
FIRST_FILL = 2_048
FRESH = 0.3
"""Newly rendered crops for each crop trained on."""
REPORT_EVERY = 500
"""Steps between two progress lines."""
CHECK_EVERY = 500
"""Steps between two checkpoints."""
REVIVAL_SEED = 20_264
FINE_TUNE_CHUNK = 50_000
"""Where a fine-tune enters the stream of rendered chunks: beyond the first stage's."""


@dataclass(frozen=True)
class Plan:
    """How one run trains."""

    images: int = 500_000
    peak_rate: float = 3e-3
    seed: int = 20_261
    threads: int = 1
    real_share: float = 0.0
    """Share of each batch that comes from real photos."""
    grown: bool = False
    """Whether the network has its later layers."""

    @property
    def steps(self) -> int:
        return self.images // BATCH


GROWN = Plan(images=450_000, peak_rate=2e-3, seed=20_265, grown=True)
"""The rest of the rendered crops, with a larger network: a small one learns faster at first."""
FINE_TUNE = Plan(images=100_000, peak_rate=1.5e-3, seed=20_262, real_share=0.3, grown=True)
FOLD_TUNE = replace(FINE_TUNE, images=50_000, seed=20_263, real_share=0.4)
"""Shorter, for it is done five times over."""


def run_stage(
    plan: Plan,
    checkpoint: Path,
    report: Callable[[str], None],
    *,
    start: Path | None = None,
    real: RealCrops | None = None,
) -> Learner:
    """Train one stage from its checkpoint, other weights (checkpoint or ONNX), or from nothing."""
    limit_threads(plan.threads)
    learner = Learner(plan.seed, grown=plan.grown)
    next_chunk = 0
    if checkpoint.exists():
        next_chunk = learner.load(checkpoint)["next_chunk"]
        report(f"going on from step {learner.step} of {plan.steps}")
    elif start is not None:
        _begin_with(learner, start, report)
        next_chunk = FINE_TUNE_CHUNK
    if learner.step < plan.steps:
        _Run(plan, learner, checkpoint, real, report).until_done(next_chunk)
    return learner


def _begin_with(learner: Learner, start: Path, report: Callable[[str], None]) -> None:
    if start.suffix == ".onnx":
        learner.revive(start, rendered_chunk(REVIVAL_SEED, FINE_TUNE_CHUNK))
        report(f"going on from the shipped weights of {start}")
        return
    learner.load_weights(start)


class _Run:
    """One stage while it trains."""

    def __init__(
        self,
        plan: Plan,
        learner: Learner,
        checkpoint: Path,
        real: RealCrops | None,
        report: Callable[[str], None],
    ) -> None:
        self.plan, self.learner, self.checkpoint = plan, learner, checkpoint
        self.real, self.report = real, report
        self.log = checkpoint.with_suffix(".jsonl")
        self.ring = Ring(RING)
        self.owed = 0.0

    def until_done(self, next_chunk: int) -> None:
        rendered = Ahead(partial(rendered_chunk, self.plan.seed), next_chunk)
        real = None
        if self.real is not None and self.real_count:
            make = partial(self.real.batch, self.plan.seed, self.real_count)
            real = Ahead(make, self.learner.step)
        try:
            while len(self.ring) < FIRST_FILL:
                self.ring.add(rendered.take())
            self._steps(rendered, real)
        finally:
            rendered.close()
            if real is not None:
                real.close()
        self._check(rendered.next)

    @property
    def real_count(self) -> int:
        """Crops of photos in each batch."""
        return round(BATCH * self.plan.real_share)

    def _steps(self, rendered: Ahead, real: Ahead | None) -> None:
        started, losses, exacts = time.monotonic(), [], []
        while self.learner.step < self.plan.steps:
            loss, exact = self._one(rendered, real)
            losses.append(loss)
            exacts.append(exact)
            step = self.learner.step
            if step % REPORT_EVERY == 0:
                pace = len(losses) * BATCH / (time.monotonic() - started)
                self._progress(float(np.mean(losses)), float(np.mean(exacts)), pace)
                started, losses, exacts = time.monotonic(), [], []
            if step % CHECK_EVERY == 0:
                self._check(rendered.next)

    def _one(self, rendered: Ahead, real: Ahead | None) -> tuple[float, float]:
        self.owed += BATCH * FRESH
        if self.owed >= CHUNK:
            self.ring.add(rendered.take())
            self.owed -= CHUNK
        step = self.learner.step
        rate = learning_rate(step, self.plan.steps, self.plan.peak_rate)
        return self.learner.learn(self._batch(step, real), rate)

    def _batch(self, step: int, real: Ahead | None) -> Crops:
        rng = np.random.default_rng((self.plan.seed, step, 1))
        if real is None:
            return self.ring.draw(BATCH, rng)
        return joined([self.ring.draw(BATCH - self.real_count, rng), real.take()])

    def _progress(self, loss: float, exact: float, pace: float) -> None:
        step, steps = self.learner.step, self.plan.steps
        left = (steps - step) * BATCH / max(pace, 1e-6) / 60
        bar = "#" * (20 * step // steps)
        self.report(
            f"[{bar:20}] {step * BATCH:7d} images  loss {loss:.3f}  exact {100 * exact:.1f} %  "
            f"{pace:.0f} images/s  {left:.0f} min left"
        )
        self._note({"images": step * BATCH, "loss": loss, "exact": exact, "pace": pace})

    def _note(self, entry: dict[str, float]) -> None:
        with self.log.open("a") as lines:
            lines.write(json.dumps(entry) + "\n")

    def _check(self, next_chunk: int) -> None:
        self.learner.save(self.checkpoint, next_chunk=next_chunk)
        curve.draw(self.log, self.checkpoint.with_suffix(".png"), "Recogniser")
