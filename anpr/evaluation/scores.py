"""Figures over the outcomes: found, exact, character errors, by group, and the confusions."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from anpr.evaluation.outcomes import PhotoOutcome, PlateOutcome
from anpr.evaluation.reliability import Reliability, reliability
from anpr.evaluation.share import Share
from anpr.evaluation.vehicles import FusedFigures, fused_figures

WIDTHS = (40, 60, 80, 120, 180)
"""Bounds of the groups by plate width, in pixels."""


@dataclass(frozen=True)
class Scores:
    """Figures over some plates. An unfound plate counts as unread, all its characters as wrong."""

    name: str
    plates: int
    distinct: int
    """Different plate texts among them: frames of one car resemble each other."""
    found: Share
    found_tightly: Share
    exact: Share
    exact_folded: Share
    exact_by_plate: float
    """Mean over the different plates of each one's share of exact reads."""
    character_error_rate: float
    country: Share
    """Reads whose country is told rightly, of the found plates whose country is known."""


@dataclass(frozen=True)
class Evaluation:
    """All that `evaluate` prints."""

    photos: int
    overall: Scores
    groups: dict[str, list[Scores]]
    best_read: Share
    """Photos whose first read is one of their labels."""
    unlabelled: int
    """Boxes that overlap no label: no proof of error where not every plate is labelled."""
    confusions: list[tuple[str, str, int]]
    """Label's character, character read, how often; `-` for a character left out or added."""
    reliability: tuple[Reliability, ...] = ()
    """Told confidence against the share right: plates never trained on, and the others."""
    vehicles: FusedFigures = field(default_factory=lambda: FusedFigures(()))
    """Plates seen in several photos: single frames against the vote over all of them."""


def evaluate(outcomes: Sequence[PhotoOutcome], min_width: int = 0) -> Evaluation:
    """Figures over the clear plates at least `min_width` pixels wide."""
    plates = [
        plate
        for photo in outcomes
        for plate in photo.plates
        if plate.label.counts and plate.label.box.width >= min_width
    ]
    return Evaluation(
        photos=len(outcomes),
        overall=_scores("all", plates),
        groups={
            "plate width": _grouped(plates, _width_group),
            "country": _grouped(plates, lambda p: p.label.country or "not stated"),
            "light": _by_light(outcomes, set(map(id, plates))),
            "split": _grouped(plates, _split),
        },
        best_read=_best_reads(outcomes),
        unlabelled=sum(len(photo.unlabelled) for photo in outcomes),
        confusions=_confusions(plates),
        reliability=_reliabilities(plates),
        vehicles=fused_figures(outcomes, min_width),
    )


def _scores(name: str, plates: Sequence[PlateOutcome]) -> Scores:
    readable = [p for p in plates if p.label.text]
    characters = sum(len(p.label.text or "") for p in readable)
    by_plate: defaultdict[str, list[bool]] = defaultdict(list)
    for p in readable:
        by_plate[p.label.text or ""].append(p.is_exact)
    means = [sum(hits) / len(hits) for hits in by_plate.values()]
    return Scores(
        name=name,
        plates=len(plates),
        distinct=len(by_plate),
        found=Share(sum(p.is_found for p in plates), len(plates)),
        found_tightly=Share(sum(p.is_found_tightly for p in plates), len(plates)),
        exact=Share(sum(p.is_exact for p in readable), len(readable)),
        exact_folded=Share(sum(p.is_exact_but_for_look_alikes for p in readable), len(readable)),
        exact_by_plate=sum(means) / len(means) if means else math.nan,
        character_error_rate=(
            sum(p.character_errors for p in readable) / characters if characters else math.nan
        ),
        country=_countries(plates),
    )


def _countries(plates: Sequence[PlateOutcome]) -> Share:
    known = [(p.label.country, p.read.country) for p in plates if p.label.country and p.read]
    return Share(sum(label == told for label, told in known), len(known))


def _grouped(plates: Iterable[PlateOutcome], key: Callable[[PlateOutcome], str]) -> list[Scores]:
    groups: defaultdict[str, list[PlateOutcome]] = defaultdict(list)
    for plate in plates:
        groups[key(plate)].append(plate)
    return [_scores(name, groups[name]) for name in sorted(groups)]


def _by_light(outcomes: Sequence[PhotoOutcome], counted: set[int]) -> list[Scores]:
    groups: defaultdict[str, list[PlateOutcome]] = defaultdict(list)
    for photo in outcomes:
        groups[photo.light or "not stated"] += [p for p in photo.plates if id(p) in counted]
    return [_scores(name, groups[name]) for name in sorted(groups)]


def _reliabilities(plates: Sequence[PlateOutcome]) -> tuple[Reliability, ...]:
    groups: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for p in plates:
        if p.read and p.read.text and p.label.text:
            groups[_split(p)].append((p.read.confidence, p.is_exact))
    return tuple(
        reliability(name, [c for c, _ in reads], [r for _, r in reads])
        for name, reads in sorted(groups.items())
    )


def _width_group(plate: PlateOutcome) -> str:
    width = plate.label.box.width
    below = 0
    for bound in WIDTHS:
        if width < bound:
            return f"{below:3d}-{bound - 1} px"
        below = bound
    return f"{below:3d} px and more"


def _split(plate: PlateOutcome) -> str:
    if not plate.label.text:
        return "no text to compare"
    return "plates never trained on" if plate.is_held_out else "plates that may be trained on"


def _best_reads(outcomes: Sequence[PhotoOutcome]) -> Share:
    judged = [photo.best_is_right for photo in outcomes if photo.best_is_right is not None]
    return Share(sum(judged), len(judged))


def _confusions(plates: Iterable[PlateOutcome]) -> list[tuple[str, str, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    for plate in plates:
        if plate.label.text and plate.read and plate.read.text:
            counts.update((a, b) for a, b in aligned(plate.label.text, plate.read.text) if a != b)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(wanted, read, count) for (wanted, read), count in ranked]


def aligned(first: str, second: str) -> list[tuple[str, str]]:
    """Characters of two texts side by side with the fewest edits; `-` where one has none."""
    rows, columns = len(first) + 1, len(second) + 1
    cost = [[max(i, j) if 0 in (i, j) else 0 for j in range(columns)] for i in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            swap = cost[i - 1][j - 1] + (first[i - 1] != second[j - 1])
            cost[i][j] = min(swap, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    pairs: list[tuple[str, str]] = []
    i, j = len(first), len(second)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (first[i - 1] != second[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((first[i], second[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((first[i], "-"))
        else:
            j -= 1
            pairs.append(("-", second[j]))
    return pairs[::-1]
