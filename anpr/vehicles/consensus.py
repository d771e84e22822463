"""One plate a vehicle: a vote over its frames.

Every text that some frame held possible is judged by all frames together: a weighted mean of the
logarithms of what each frame gives it (a logarithmic opinion pool: Genest and Zidek, "Combining
Probability Distributions", 1986), weighed by the formats of its country. The winner must have been
read, as it is, in one frame and have been possible in a second: never one lucky frame, and never a
text that no frame showed.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anpr.recognition.decoding import CANDIDATES, PAD, likeliest_country
from anpr.recognition.plate_grammar import fits, plausibility
from anpr.types import PlateCandidate, PlateColour, PlateConsensus, PlateRead, TrackedRead
from anpr.vehicles.tracking import ClosedTrack
from core.plates import MAX_LENGTH, PlateNumber

MIN_VOTES = 2
POSSIBLE = 0.1
"""Probability from which a frame that reads another text still supports this one."""
MIN_TEXT_LENGTH = 4
"""Shorter plates exist, but shorter misreads are far more common: a person must look."""
MIN_AGREEMENT = 0.6
"""Weight of the winner against its strongest rival below which nobody has won."""
FULL_AGREEMENT = 0.8
MIN_CONFIDENCE = 0.5
PLENTY = 3
"""Frames of one vehicle resemble each other: any number of them counts as at most so many
independent looks."""
FLOOR = 1e-3
"""No single frame can rule a character out."""
MAX_AGAINST = 6.0
"""Natural logarithm by which a single frame can speak against a text: one that shows half of the
plate, or another vehicle's, must not decide."""
MAX_TEXTS = 40
SURE_COUNTRY_SHARE = 0.6
CLEAR_WIDTH = 120
"""Plate width in pixels above which size adds no trust."""


@dataclass(frozen=True)
class _Fused:
    candidates: tuple[PlateCandidate, ...]
    country: str | None
    agreeing: tuple[TrackedRead, ...]
    """Frames that read the winner."""
    supporting: int
    """Frames that read it or hold it possible."""
    agreement: float

    @property
    def text(self) -> str:
        return self.candidates[0].text

    @property
    def confidence(self) -> float:
        """The text's share of the pool, no higher than what its best frames say together."""
        sure = sorted((r.read.confidence for r in self.agreeing), reverse=True)[:PLENTY]
        together = 1.0 - math.prod(1.0 - c for c in sure)
        share = self.candidates[0].probability * min(1.0, self.agreement / FULL_AGREEMENT)
        return min(share, together)

    @property
    def is_believable(self) -> bool:
        return (
            len(self.agreeing) >= 1
            and self.supporting >= MIN_VOTES
            and self.agreement >= MIN_AGREEMENT
            and self.confidence >= MIN_CONFIDENCE
            and MIN_TEXT_LENGTH <= len(self.text) <= MAX_LENGTH
        )


def vote(track: ClosedTrack) -> PlateConsensus:
    """What all frames of `track` together say.

    `plate` is None when no text gathered enough agreement; candidates and confidence are given
    all the same, for the person who then looks.
    """
    fused = _fuse(track.reads)
    return PlateConsensus(
        plate=PlateNumber(fused.text) if fused.is_believable else None,
        confidence=fused.confidence,
        country=fused.country,
        candidates=fused.candidates,
        votes=len(fused.agreeing),
        frames=len(track.reads),
        best_frame=_clearest(fused.agreeing or track.reads),
        fits_format=fits(fused.text, fused.country),
        colour=_colour(fused.agreeing or track.reads),
    )


def weight(read: PlateRead) -> float:
    """How much a frame's read counts: by its confidence and by the plate's size in pixels."""
    size = min(1.0, read.box.width / CLEAR_WIDTH)
    return max(0.02, read.confidence) * math.sqrt(size)


def _fuse(reads: tuple[TrackedRead, ...]) -> _Fused:
    countries = _pooled_countries(reads)
    texts = _texts(reads)
    weighed = _shares([r.read for r in reads], texts, countries)
    best = np.argsort(-weighed, kind="stable")[:CANDIDATES]
    winner = texts[int(best[0])]
    country, share = likeliest_country(winner, countries)
    return _Fused(
        candidates=tuple(PlateCandidate(texts[int(i)], float(weighed[int(i)])) for i in best),
        country=country if share >= SURE_COUNTRY_SHARE else None,
        agreeing=tuple(r for r in reads if r.read.text == winner),
        supporting=sum(_supports(r.read, winner) for r in reads),
        agreement=_agreement(reads, winner),
    )


def _texts(reads: tuple[TrackedRead, ...]) -> list[str]:
    """The texts that the frames hold possible, those with most weight behind them."""
    weights: defaultdict[str, float] = defaultdict(float)
    for r in reads:
        weights[r.read.text] += weight(r.read)
        for candidate in r.read.candidates:
            weights[candidate.text] += weight(r.read) * candidate.probability
    ranked = sorted(weights, key=lambda text: (-weights[text], text))
    return ranked[:MAX_TEXTS]


def _supports(read: PlateRead, text: str) -> bool:
    return read.text == text or any(
        c.text == text and c.probability >= POSSIBLE for c in read.candidates
    )


def _shares(
    reads: list[PlateRead], texts: list[str], countries: dict[str, float]
) -> NDArray[np.float64]:
    """Each text's share of the pool of all frames.

    The formats weigh in every frame anew: which of two look-alikes a typeface suggests is the same
    in all frames, and many frames of it are no more evidence than one.
    """
    weights = np.array([weight(read) for read in reads])
    likelihoods = np.stack([_likelihoods(read, texts) for read in reads])
    formats = np.log([plausibility(text, countries) for text in texts])
    mean = weights @ likelihoods / weights.sum() + formats
    scores = mean * float(np.clip(weights.sum(), 1.0, PLENTY))
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())


def _likelihoods(read: PlateRead, texts: list[str]) -> NDArray[np.float64]:
    """Logarithm of what the frame gives each text, next to the best that it could give."""
    logs = np.log(np.clip(read.slots.astype(np.float64), FLOOR, 1.0))
    places = np.arange(len(logs))
    columns = np.array([[read.alphabet.find(c) for c in text.ljust(len(logs), PAD)[: len(logs)]]
                        for text in texts])  # fmt: skip
    told = np.where(columns >= 0, logs[places, columns], np.log(FLOOR)).sum(axis=1)
    return np.asarray(np.maximum(told - logs.max(axis=1).sum(), -MAX_AGAINST))


def _agreement(reads: tuple[TrackedRead, ...], text: str) -> float:
    """Weight of the frames for `text` against that for the strongest other text, 0 to 1.

    A frame speaks fully for what it reads and in part for what it holds nearly as likely.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    for r in reads:
        if r.read.text:
            weights[r.read.text] += weight(r.read)
            for other, share in _also_likely(r.read):
                weights[other] += weight(r.read) * share
    won = weights.pop(text, 0.0)
    rival = max(weights.values(), default=0.0)
    return won / (won + rival) if won else 0.0


def _also_likely(read: PlateRead) -> list[tuple[str, float]]:
    """Other texts that the frame holds possible, and how likely next to its own."""
    own = next((c.probability for c in read.candidates if c.text == read.text), 1.0)
    return [
        (c.text, c.probability / own)
        for c in read.candidates
        if c.text != read.text and c.probability >= POSSIBLE
    ]


def _pooled_countries(reads: tuple[TrackedRead, ...]) -> dict[str, float]:
    """Each country's share of the weight; less than 1 in all where some reads can't tell."""
    shares: defaultdict[str, float] = defaultdict(float)
    total = sum(weight(r.read) for r in reads)
    for r in reads:
        for country, share in r.read.countries.items():
            shares[country] += share * weight(r.read) / total
    return dict(shares)


def _colour(reads: tuple[TrackedRead, ...]) -> PlateColour | None:
    """None when no frame tells one, or two are told equally often."""
    weights: defaultdict[PlateColour, float] = defaultdict(float)
    for r in reads:
        if r.read.colour is not None:
            weights[r.read.colour] += weight(r.read)
    best = max(weights, key=lambda colour: weights[colour], default=None)
    if best is None or weights[best] <= 0.5 * sum(weights.values()):
        return None
    return best


def _clearest(reads: tuple[TrackedRead, ...]) -> TrackedRead:
    """The surest and largest: its picture is what a person will look at."""
    return max(reads, key=lambda r: (r.read.confidence + 0.01) * r.read.box.width)
