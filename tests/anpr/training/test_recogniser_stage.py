"""A run can be stopped at any time, and the same run gives the same recogniser.

Runs in the training environment only.
"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow is in the training environment only")

pytestmark = pytest.mark.slow

STEPS = 6


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    from anpr.training import recogniser_stage as stage

    monkeypatch.setattr(stage, "RING", 512)
    monkeypatch.setattr(stage, "FIRST_FILL", 256)
    monkeypatch.setattr(stage, "CHECK_EVERY", 2)
    monkeypatch.setattr(stage, "REPORT_EVERY", 2)


def run(checkpoint: Path, stop_after: int | None = None) -> dict[str, np.ndarray]:
    """Train to the end, or as if someone pressed Ctrl-C at a progress line."""
    from anpr.training.recogniser_stage import Plan, run_stage

    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line)
        if stop_after is not None and sum(line.startswith("[") for line in lines) > stop_after:
            raise KeyboardInterrupt

    run_stage(Plan(images=32 * STEPS, seed=5), checkpoint, report)
    with np.load(checkpoint) as stored:
        return {name: stored[name] for name in stored.files}


def test_the_same_plan_gives_the_same_weights(tmp_path: Path) -> None:
    first, second = run(tmp_path / "a.npz"), run(tmp_path / "b.npz")

    assert first["step"] == second["step"] == STEPS
    for name in (n for n in first if n.startswith("a")):
        assert np.allclose(first[name], second[name], atol=1e-5), name


def test_a_stopped_run_goes_on_to_its_end(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.npz"
    with pytest.raises(KeyboardInterrupt):
        run(checkpoint, stop_after=1)
    with np.load(checkpoint) as stored:
        assert stored["step"] == 2
        rendered = int(stored["next_chunk"])

    ended = run(checkpoint)

    assert ended["step"] == STEPS
    assert ended["next_chunk"] > rendered
    assert checkpoint.with_suffix(".png").exists()
    assert len(checkpoint.with_suffix(".jsonl").read_text().splitlines()) == 3
