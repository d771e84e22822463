"""One stage of the recogniser's training: batches in, checkpoints, log and curve out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anpr.training import curve
from anpr.training.recogniser_data import CHUNK, Crops, Renderers, Ring, joined, rendered_chunk
from anpr.training.recogniser_loop import Learner, learning_rate, limit_threads
from anpr.training.recogniser_photos import RealCrops

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

    images: int = 600_000
    peak_rate: float = 1.2e-3
    seed: int = 20_261
    threads: int = 1
    real_share: float = 0.0
    """Share of each batch that comes from real photos."""

    @property
    def steps(self) -> int:
        return self.images // BATCH


FINE_TUNE = Plan(images=100_000, peak_rate=1e-3, seed=20_262, real_share=0.3)
FOLD_TUNE = Plan(images=20_000, peak_rate=5e-4, seed=20_263, real_share=0.4)
"""Short, for it is done five times over."""


def run_stage(
    plan: Plan,
    checkpoint: Path,
    report: Callable[[str], None],
    *,
    start: Path | None = None,
    real: RealCrops | None = None,
) -> Learner:
    """Train one stage from its checkpoint, other weights (checkpoint or ONNX), or from nothing."""
    try:
        limit_threads(plan.threads)
    except RuntimeError:
        report("TensorFlow runs already; its number of threads stays as it is")
    learner = Learner(plan.seed)
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
    with np.load(start) as stored:
        learner.load_weights(stored)


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
        renderers = Renderers(self.plan.seed, next_chunk)
        try:
            while len(self.ring) < FIRST_FILL:
                self.ring.add(renderers.take())
            self._steps(renderers)
        finally:
            renderers.close()
        self._check(renderers.next_chunk)

    def _steps(self, renderers: Renderers) -> None:
        started, losses, exacts = time.monotonic(), [], []
        while self.learner.step < self.plan.steps:
            loss, exact = self._one(renderers)
            losses.append(loss)
            exacts.append(exact)
            step = self.learner.step
            if step % REPORT_EVERY == 0:
                pace = len(losses) * BATCH / (time.monotonic() - started)
                self._progress(float(np.mean(losses)), float(np.mean(exacts)), pace)
                started, losses, exacts = time.monotonic(), [], []
            if step % CHECK_EVERY == 0:
                self._check(renderers.next_chunk)

    def _one(self, renderers: Renderers) -> tuple[float, float]:
        self.owed += BATCH * FRESH
        if self.owed >= CHUNK:
            self.ring.add(renderers.take())
            self.owed -= CHUNK
        step = self.learner.step
        rate = learning_rate(step, self.plan.steps, self.plan.peak_rate)
        return self.learner.learn(self._batch(step), rate)

    def _batch(self, step: int) -> Crops:
        rng = np.random.default_rng((self.plan.seed, step, 1))
        real = round(BATCH * self.plan.real_share) if self.real is not None else 0
        rendered = self.ring.draw(BATCH - real, rng)
        return joined([rendered, self.real.draw(real, rng)]) if self.real and real else rendered

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
