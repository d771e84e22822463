"""The assignment and the losses teach the right cells the right boxes."""

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the training environment only")

from anpr.training.detector_loss import (  # noqa: E402
    Targets,
    assign,
    complete_iou,
    detector_loss,
    pairwise_iou,
)
from anpr.training.detector_net import PlateNet, all_cells  # noqa: E402

SIDE = 128
PLATE = (40.0, 56.0, 88.0, 68.0)


def targets(*plates: tuple[float, ...], ignored: tuple[float, ...] = (0, 0, 0, 0)) -> Targets:
    rows = torch.tensor([plates or ((0.0,) * 4,)], dtype=torch.float32)
    present = torch.full((1, rows.shape[1]), bool(plates))
    return Targets(rows, present, torch.tensor([[ignored]], dtype=torch.float32))


def cells_with_boxes(box: tuple[float, ...]) -> torch.Tensor:
    return torch.tensor(box).expand(1, len(all_cells(SIDE)[0]), 4).clone()


def test_cells_near_the_plate_answer_for_it() -> None:
    centres, strides = all_cells(SIDE)
    scores = torch.full((1, len(centres)), 0.1)

    assigned = assign(scores, cells_with_boxes(PLATE), targets(PLATE), centres, strides)

    chosen = centres[assigned.score[0] > 0]
    assert 1 <= len(chosen) <= 9
    assert bool(((chosen - torch.tensor([64.0, 62.0])).abs() < 40).all())
    assert float(assigned.score.max()) == pytest.approx(1.0, abs=0.01)


def test_even_the_smallest_plate_gets_a_cell() -> None:
    centres, strides = all_cells(SIDE)
    tiny = (60.0, 60.0, 69.0, 62.0)
    far = cells_with_boxes((0.0, 0.0, 4.0, 4.0))

    assigned = assign(torch.full((1, len(centres)), 0.01), far, targets(tiny), centres, strides)

    assert int((assigned.score > 0).sum()) >= 1


def test_nothing_is_wanted_where_there_is_no_plate() -> None:
    centres, strides = all_cells(SIDE)
    scores = torch.full((1, len(centres)), 0.9)

    assigned = assign(scores, cells_with_boxes(PLATE), targets(), centres, strides)

    assert float(assigned.score.sum()) == 0.0


def test_neighbouring_plates_share_no_cell() -> None:
    centres, strides = all_cells(SIDE)
    left, right = (16.0, 56.0, 60.0, 68.0), (68.0, 56.0, 112.0, 68.0)
    boxes = cells_with_boxes(left)
    boxes[:, centres[:, 0] > 64] = torch.tensor(right)

    assigned = assign(
        torch.full((1, len(centres)), 0.3), boxes, targets(left, right), centres, strides
    )

    picked = assigned.score[0] > 0
    assert bool((assigned.plate[0][picked] == (centres[picked][:, 0] > 64).long()).all())


def test_firing_in_an_ignored_region_costs_nothing() -> None:
    cells = all_cells(SIDE)
    quiet = torch.full((1, len(cells[0])), -9.0)
    inside = ((cells[0] > 64) & (cells[0] < 96)).all(dim=1)
    loud = torch.where(inside, 6.0, quiet)
    boxes = cells_with_boxes((0.0, 0.0, 8.0, 8.0))

    free, _ = detector_loss(loud, boxes, targets(ignored=(64, 64, 96, 96)), cells)
    charged, _ = detector_loss(loud, boxes, targets(), cells)

    assert float(free) < 0.1 < float(charged)


def test_overlap_measures() -> None:
    box, half = torch.tensor([[0.0, 0.0, 10.0, 10.0]]), torch.tensor([[5.0, 0.0, 15.0, 10.0]])

    assert float(pairwise_iou(box[None], half[None])) == pytest.approx(1 / 3, abs=1e-4)
    assert float(complete_iou(box, box)) == pytest.approx(1.0, abs=1e-4)
    assert float(complete_iou(box, half)) == pytest.approx(1 / 3 - 25 / 325, abs=1e-3)


def test_a_few_steps_on_one_picture_learn_its_plate() -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    net, picture = PlateNet(), torch.full((1, 3, SIDE, SIDE), 0.3)
    picture[:, :, 56:68, 40:88] = 0.95
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        loss, _ = detector_loss(*net(picture), targets(PLATE), all_cells(SIDE))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())

    logits, boxes = net(picture)
    best = boxes[0, int(logits[0].argmax())][None, None]
    assert losses[-1] < 0.3 * losses[0]
    assert float(pairwise_iou(best, torch.tensor([[PLATE]]))) > 0.5
