"""Which cells answer for which plate, and what each pays for its answer.

Task-aligned assignment (TOOD, arXiv 2108.07755) with plain binary cross-entropy on IoU-aware
targets; boxes by complete IoU (arXiv 1911.08287) plus a smooth L1 relative to the plate's size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

CELLS_PER_PLATE = 9
SCORE_POWER = 0.5
IOU_POWER = 4.0
BOX_WEIGHT = 3.0
EDGE_WEIGHT = 1.0


@dataclass(frozen=True)
class Targets:
    """Padded ground truth of a batch, boxes as x1, y1, x2, y2 in input pixels."""

    plates: Tensor
    """(B, P, 4); rows past a picture's last plate are zero."""

    present: Tensor
    """(B, P) bool: which rows are plates."""

    ignored: Tensor
    """(B, I, 4): regions where neither answer is wrong (cut, tiny or unlabelled plates)."""


@dataclass(frozen=True)
class Assignment:
    """Per cell: how much plate it should say, and which plate's box it should draw."""

    score: Tensor
    """(B, N) in 0..1."""

    plate: Tensor
    """(B, N) index into the plates; meaningful where score > 0."""


def detector_loss(
    logits: Tensor, boxes: Tensor, targets: Targets, cells: tuple[Tensor, Tensor]
) -> tuple[Tensor, dict[str, float]]:
    """Loss of a batch and its parts; `cells` are the centres (N, 2) and strides (N,)."""
    centres, strides = cells
    with torch.no_grad():
        assigned = assign(logits.sigmoid(), boxes, targets, centres, strides)
        weight = 1.0 - inside_any(centres, targets.ignored) * (assigned.score == 0)
    total = assigned.score.sum().clamp(min=1.0)
    bce = functional.binary_cross_entropy_with_logits(logits, assigned.score, reduction="none")
    score_loss = (bce * weight).sum() / total
    iou_loss, edge_loss = box_losses(boxes, targets.plates, assigned)
    iou_loss, edge_loss = iou_loss / total, edge_loss / total
    loss = score_loss + BOX_WEIGHT * iou_loss + EDGE_WEIGHT * edge_loss
    parts = {"score": score_loss.item(), "iou": iou_loss.item(), "edge": edge_loss.item()}
    return loss, parts


def box_losses(boxes: Tensor, plates: Tensor, assigned: Assignment) -> tuple[Tensor, Tensor]:
    """Sums, weighted by the target score, of 1 - CIoU and of the relative edge error."""
    picked = assigned.score > 0
    weight = assigned.score[picked]
    wanted = plates.gather(1, assigned.plate[..., None].expand(-1, -1, 4))[picked]
    drawn = boxes[picked]
    size = (wanted[:, 2:] - wanted[:, :2]).clamp(min=1.0).repeat(1, 2)
    edges = functional.smooth_l1_loss(drawn / size, wanted / size, reduction="none", beta=0.05).sum(
        dim=1
    )
    return ((1.0 - complete_iou(drawn, wanted)) * weight).sum(), (edges * weight).sum()


def assign(
    scores: Tensor, boxes: Tensor, targets: Targets, centres: Tensor, strides: Tensor
) -> Assignment:
    """The best-aligned cells of each plate; a cell wanted by two takes the one it overlaps more."""
    overlap = pairwise_iou(targets.plates, boxes)
    allowed = near_plate(targets.plates, centres, strides) & targets.present[..., None]
    metric = scores[:, None] ** SCORE_POWER * overlap**IOU_POWER
    # A tiny floor lets cells win before any box overlaps, nearest to the centre first.
    metric = torch.where(allowed, metric + 1e-6 * nearness(targets.plates, centres), 0.0)
    best = metric.topk(CELLS_PER_PLATE, dim=2)
    chosen = torch.zeros_like(allowed).scatter_(2, best.indices, best.values > 0)
    plate = torch.where(chosen, overlap + 1e-6, -1.0).argmax(dim=1)
    taken = chosen.any(dim=1)
    chosen &= torch.arange(chosen.shape[1])[None, :, None] == plate[:, None]
    metric, overlap = metric * chosen, overlap * chosen
    scale = overlap.amax(dim=2, keepdim=True) / metric.amax(dim=2, keepdim=True).clamp(min=1e-9)
    wanted = (metric * scale.clamp(max=1e6)).amax(dim=1)
    # Without a floor a plate nobody overlaps yet would teach nothing.
    return Assignment(torch.where(taken, wanted.clamp(min=0.05, max=1.0), 0.0), plate)


def near_plate(plates: Tensor, centres: Tensor, strides: Tensor) -> Tensor:
    """Cells inside the plate, widened so that it is two strides wide and high at least."""
    middle = (plates[..., :2] + plates[..., 2:])[:, :, None] / 2
    half = (plates[..., 2:] - plates[..., :2])[:, :, None] / 2
    reach = torch.maximum(half, strides[None, None, :, None])
    return ((centres[None, None] - middle).abs() < reach).all(dim=-1)


def nearness(plates: Tensor, centres: Tensor) -> Tensor:
    """1 at the plate's centre, falling with the distance in plate widths."""
    middle = (plates[..., :2] + plates[..., 2:]) / 2
    width = (plates[..., 2] - plates[..., 0]).clamp(min=1.0)
    return 1.0 / (
        1.0 + torch.cdist(middle, centres[None].expand(len(plates), -1, -1)) / width[..., None]
    )


def inside_any(centres: Tensor, regions: Tensor) -> Tensor:
    """(B, N) 1.0 where a cell's centre lies in one of the regions (B, I, 4)."""
    low = (centres[None, None] >= regions[:, :, None, :2]).all(dim=-1)
    high = (centres[None, None] <= regions[:, :, None, 2:]).all(dim=-1)
    return (low & high).any(dim=1).float()


def pairwise_iou(plates: Tensor, boxes: Tensor) -> Tensor:
    """(B, P, 4) against (B, N, 4): (B, P, N)."""
    left = torch.maximum(plates[:, :, None, :2], boxes[:, None, :, :2])
    right = torch.minimum(plates[:, :, None, 2:], boxes[:, None, :, 2:])
    shared = (right - left).clamp(min=0).prod(dim=-1)
    return shared / (_area(plates)[:, :, None] + _area(boxes)[:, None] - shared + 1e-6)


def complete_iou(drawn: Tensor, wanted: Tensor) -> Tensor:
    """Row-wise CIoU of (M, 4) boxes."""
    shared = torch.minimum(drawn[:, 2:], wanted[:, 2:]) - torch.maximum(drawn[:, :2], wanted[:, :2])
    inter = shared.clamp(min=0).prod(dim=1)
    iou = inter / (_area(drawn) + _area(wanted) - inter + 1e-6)
    hull = torch.maximum(drawn[:, 2:], wanted[:, 2:]) - torch.minimum(drawn[:, :2], wanted[:, :2])
    apart = ((drawn[:, :2] + drawn[:, 2:] - wanted[:, :2] - wanted[:, 2:]) / 2).square().sum(dim=1)
    ratio = 4 / math.pi**2 * (_slope(wanted) - _slope(drawn)).square()
    with torch.no_grad():
        alpha = ratio / (1.0 - iou + ratio + 1e-6)
    return iou - apart / (hull.square().sum(dim=1) + 1e-6) - alpha * ratio


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(dim=-1)


def _slope(boxes: Tensor) -> Tensor:
    size = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-3)
    return torch.atan(size[:, 0] / size[:, 1])
