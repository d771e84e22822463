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


@pytest.mark.slow
def test_a_grown_network_begins_with_what_the_smaller_one_knew(tmp_path: Path) -> None:
    from anpr.training.recogniser_loop import Learner

    small = Learner(1)
    small.learn(batch(), 1e-3)
    small.save(tmp_path / "small.pt")
    grown = Learner(2, grown=True)
    grown.load_weights(tmp_path / "small.pt")
    pictures = torch.from_numpy(batch().pictures).permute(0, 3, 1, 2).float()

    with torch.no_grad():
        before, after = (one.model.eval()(pictures) for one in (small, grown))
    for known, now in zip(before, after, strict=True):
        assert torch.allclose(known, now, atol=1e-4)


@pytest.mark.slow
def test_every_layer_of_a_grown_network_learns() -> None:
    from anpr.training.recogniser_loop import Learner

    learner = Learner(3, grown=True)
    before = {name: w.clone() for name, w in learner.model.named_parameters()}
    for _ in range(2):  # what begins at nothing passes nothing on at first
        learner.learn(batch(), 1e-2)

    still = [n for n, w in learner.model.named_parameters() if torch.equal(w, before[n])]
    assert not still


def test_a_smaller_network_refuses_the_weights_of_a_grown_one(tmp_path: Path) -> None:
    from anpr.training.recogniser_loop import Learner

    Learner(4, grown=True).save(tmp_path / "grown.pt")
    with pytest.raises(RuntimeError, match="refinements"):
        Learner(5).load_weights(tmp_path / "grown.pt")


def test_the_rate_warms_up_and_falls() -> None:
    from anpr.training.recogniser_loop import learning_rate

    rates = [learning_rate(step, 10_000, 1e-3) for step in (0, 299, 300, 5_000, 10_000)]
    assert rates[0] < 1e-5
    assert rates[1] == pytest.approx(1e-3)
    assert rates[2] == pytest.approx(1e-3)
    assert rates[2] > rates[3] > rates[4] == pytest.approx(1e-5)
