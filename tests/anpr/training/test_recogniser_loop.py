"""Learning goes on where it stopped. Runs in the training environment only."""

from pathlib import Path

import pytest

from anpr.training.recogniser_data import Crops, rendered_chunk

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")


def batch() -> Crops:
    chunk = rendered_chunk(1, 0)
    return Crops(chunk.pictures[:8], chunk.characters[:8], chunk.countries[:8], chunk.places[:8])


@pytest.mark.slow
def test_a_stopped_run_goes_on_with_the_same_weights(tmp_path: Path) -> None:
    from anpr.training.recogniser_loop import Learner

    first = Learner(1)
    losses = [first.learn(batch(), 1e-3)[0] for _ in range(3)]
    first.save(tmp_path / "run.pt", next_chunk=5)
    second = Learner(2)

    assert second.load(tmp_path / "run.pt") == {"next_chunk": 5}
    assert second.step == 3
    assert losses[2] < losses[0]
    for kept, loaded in zip(
        first.averaged().parameters(), second.averaged().parameters(), strict=True
    ):
        assert torch.equal(kept, loaded)
    assert second.learn(batch(), 0.0)[0] < losses[0]


def test_the_rate_warms_up_and_falls() -> None:
    from anpr.training.recogniser_loop import learning_rate

    rates = [learning_rate(step, 10_000, 1e-3) for step in (0, 299, 300, 5_000, 10_000)]
    assert rates[0] < 1e-5
    assert rates[1] == pytest.approx(1e-3)
    assert rates[2] == pytest.approx(1e-3)
    assert rates[2] > rates[3] > rates[4] == pytest.approx(1e-5)
