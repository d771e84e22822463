"""A run can be stopped at any time, and the same run gives the same recogniser.

Runs in the training environment only.
"""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")

pytestmark = pytest.mark.slow

STEPS = 6


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    from anpr.training import recogniser_stage as stage

    monkeypatch.setattr(stage, "RING", 512)
    monkeypatch.setattr(stage, "FIRST_FILL", 256)
    monkeypatch.setattr(stage, "CHECK_EVERY", 2)
    monkeypatch.setattr(stage, "REPORT_EVERY", 2)


def run(checkpoint: Path, stop_after: int | None = None) -> dict[str, Any]:
    """Train to the end, or as if someone pressed Ctrl-C at a progress line."""
    from anpr.training.recogniser_stage import Plan, run_stage

    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line)
        if stop_after is not None and sum(line.startswith("[") for line in lines) > stop_after:
            raise KeyboardInterrupt

    run_stage(Plan(images=32 * STEPS, seed=5), checkpoint, report)
    stored: dict[str, Any] = torch.load(checkpoint, weights_only=True)
    return stored


def test_the_same_plan_gives_the_same_weights(tmp_path: Path) -> None:
    first, second = run(tmp_path / "a.pt"), run(tmp_path / "b.pt")

    assert first["step"] == second["step"] == STEPS
    for name, weights in first["average"].items():
        assert torch.allclose(weights, second["average"][name], atol=1e-5), name


def test_a_stopped_run_goes_on_to_its_end(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.pt"
    with pytest.raises(KeyboardInterrupt):
        run(checkpoint, stop_after=1)
    stopped = torch.load(checkpoint, weights_only=True)
    assert stopped["step"] == 2

    ended = run(checkpoint)

    assert ended["step"] == STEPS
    assert ended["extra"]["next_chunk"] > stopped["extra"]["next_chunk"]
    assert checkpoint.with_suffix(".png").exists()
    assert len(checkpoint.with_suffix(".jsonl").read_text().splitlines()) == 3
