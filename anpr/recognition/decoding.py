"""From character probabilities to texts: beam search over the slots, with syntax as evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anpr.recognition.plate_grammar import fits, plausibility
from anpr.recognition.sight import Tokens, agreement, spelled
from anpr.types import PlateCandidate

PAD = "_"
CANDIDATES = 5
BEAM_WIDTH = 16
CHARACTERS_PER_SLOT = 4
NEGLIGIBLE = 2.5e-3
"""Probability below which a character is no rival to the best of its slot."""
UNSEEN_FIT = 0.1
"""How well the texts that the search left out are taken to fit, on average."""
LOOK_ALIKES: Mapping[str, Mapping[str, float]] = {
    "0": {"O": 0.04, "D": 0.003, "Q": 0.003},
    "O": {"0": 0.04, "D": 0.003, "Q": 0.01},
    "D": {"0": 0.003, "O": 0.003},
    "Q": {"0": 0.003, "O": 0.01},
    "1": {"I": 0.04},
    "I": {"1": 0.35},
    "8": {"B": 0.003},
    "B": {"8": 0.003},
    "5": {"S": 0.003},
    "S": {"5": 0.003},
    "2": {"Z": 0.003},
    "Z": {"2": 0.003},
    "6": {"G": 0.003},
    "G": {"6": 0.003},
}
"""Share of a character's probability that its look-alikes keep, however sure the recogniser is:
it tells O from 0 by the typeface, and some typefaces draw them alike. A bare stroke is a 1 as well
as an I, on every British plate and on many others; a 1 with its flag is hardly an I. Other
characters get nothing: what no slot shows is never read."""
SIGHT = 0.25
"""Exponent of what the tokens say beside what the slots say."""
MISCOUNTED = 0.2
"""Probability that the slots count one character twice, taken where the tokens see it once."""
HOPELESS_RIVAL = 1e-4
"""Share of the best candidate's probability below which no format makes up for the rest."""
ELSEWHERE = 1e-5
"""Probability by the slots of a text that only the tokens spell."""
SURE_COUNTRY = 0.5
"""Probability below which `Decoded.country` is left open."""
Countries = Mapping[str, float]
"""ISO 3166 alpha-2 to probability; they may sum to less than 1."""


@dataclass(frozen=True)
class Decoded:
    """The best text of a slot table, how sure it is, its rivals and its country."""

    text: str
    weakest: float
    """Probability of the text's weakest character, the end of the text counted as one."""
    candidates: tuple[PlateCandidate, ...]
    country: str | None
    country_confidence: float
    """Probability of `country`, or of the likeliest one when it is left open."""
    fits_format: bool

    @property
    def probability(self) -> float:
        """Of the text among all texts."""
        return self.candidates[0].probability


@dataclass(frozen=True)
class _Path:
    text: str
    probability: float
    weakest: float


def decode(
    slots: NDArray[np.float32], alphabet: str, countries: Countries, sights: Sequence[Tokens] = ()
) -> Decoded:
    """Return the best texts of `slots` (slots x characters, each row sums to 1).

    Where the tokens of the looks at the plate (`sights`) spell another text than the slots, both
    opinions are weighed against each other.

    A candidate's probability is that of the text among all texts, after weighing how well it
    agrees with the formats of the countries that the plate may be of; they sum to at most 1. The
    country is then weighed by how well the text agrees with its formats.
    """
    paths = _beam(_shared_with_look_alikes(slots, alphabet), alphabet)
    spellings = {spelled(one, alphabet) for one in sights}
    if spellings - {paths[0].text}:
        paths = _seen_too(paths, sights, spellings, alphabet)
    weights = [path.probability * plausibility(path.text, countries) for path in paths]
    unseen = max(0.0, 1.0 - sum(path.probability for path in paths)) * UNSEEN_FIT
    total = sum(weights) + unseen
    ranked = sorted(zip(weights, paths, strict=True), key=lambda pair: -pair[0])[:CANDIDATES]
    best = ranked[0][1]
    country, share = likeliest_country(best.text, countries)
    sure = country if share >= SURE_COUNTRY else None
    return Decoded(
        text=best.text,
        weakest=best.weakest,
        candidates=tuple(PlateCandidate(path.text, weight / total) for weight, path in ranked),
        country=sure,
        country_confidence=share,
        fits_format=fits(best.text, sure),
    )


def _seen_too(
    paths: list[_Path], sights: Sequence[Tokens], spellings: set[str], alphabet: str
) -> list[_Path]:
    """The paths, texts with one of two equal neighbours less and the texts that tokens spell, each
    as probable as slots and tokens together make it."""
    known = {path.text: path for path in paths}
    for path in paths:
        for shorter in _with_a_repeat_less(path.text):
            share = path.probability * MISCOUNTED
            if shorter not in known or known[shorter].probability < share:
                known[shorter] = _Path(shorter, share, path.weakest)
    longest = max(len(path.text) for path in paths) + 1
    for text in spellings:
        if 0 < len(text) <= longest:
            known.setdefault(text, _Path(text, ELSEWHERE, ELSEWHERE))
    known.pop("", None)
    if not known:
        return paths
    seen = agreement(sights, list(known), alphabet)
    together = np.array([path.probability for path in known.values()])
    together *= np.exp(SIGHT * (seen - seen.max()))
    worth_it = HOPELESS_RIVAL * together.max()
    return [
        _Path(path.text, p, path.weakest)
        for path, p in zip(known.values(), together.tolist(), strict=True)
        if p >= worth_it
    ]


def _with_a_repeat_less(text: str) -> set[str]:
    return {text[:i] + text[i + 1 :] for i in range(1, len(text)) if text[i] == text[i - 1]}


def plain_text(slots: NDArray[np.float32], alphabet: str) -> str:
    """The likeliest character of each slot, nothing weighed."""
    return "".join(alphabet[i] for i in slots.argmax(axis=1)).replace(PAD, "")


def likeliest_country(text: str, countries: Countries) -> tuple[str | None, float]:
    """The country that agrees best with the picture and with `text`, and its probability."""
    rest = max(0.0, 1.0 - sum(countries.values())) * plausibility(text, {})
    weights = {c: share * plausibility(text, {c: 1.0}) for c, share in countries.items()}
    if not weights:
        return None, 0.0
    best = max(weights, key=lambda country: weights[country])
    return best, weights[best] / max(1e-9, sum(weights.values()) + rest)


def _shared_with_look_alikes(slots: NDArray[np.float32], alphabet: str) -> NDArray[np.float32]:
    shared = slots + slots @ _look_alike_shares(alphabet)
    normalised: NDArray[np.float32] = shared / shared.sum(axis=1, keepdims=True)
    return normalised


@lru_cache(maxsize=8)
def _look_alike_shares(alphabet: str) -> NDArray[np.float32]:
    shares = np.zeros((len(alphabet), len(alphabet)), np.float32)
    for character, others in LOOK_ALIKES.items():
        for other, share in others.items():
            if character in alphabet and other in alphabet:
                shares[alphabet.index(character), alphabet.index(other)] = share
    return shares


def _beam(slots: NDArray[np.float32], alphabet: str) -> list[_Path]:
    """Most probable texts, best first; paths that differ only in where a pad stands are one."""
    beam = {"": (1.0, 1.0)}
    for options in _options(slots, alphabet):
        if len(options) == 1:
            # Most slots of most plates; texts that differ still differ with one character more.
            ((character, p),) = options
            beam = {
                text + character: (joint * p, min(weakest, p))
                for text, (joint, weakest) in beam.items()
            }
        else:
            beam = _grown(beam, options)
    return [_Path(text, *values) for text, values in beam.items()]


_Beam = dict[str, tuple[float, float]]
"""Text to its probability and its weakest character's, most probable first."""


def _grown(beam: _Beam, options: list[tuple[str, float]]) -> _Beam:
    grown: _Beam = {}
    for text, (joint, weakest) in beam.items():
        for character, p in options:
            longer, value = text + character, joint * p
            least = weakest if weakest < p else p
            if longer in grown:
                known, known_least = grown[longer]
                value, least = value + known, max(least, known_least)
            grown[longer] = value, least
    return dict(sorted(grown.items(), key=lambda item: -item[1][0])[:BEAM_WIDTH])


def _options(slots: NDArray[np.float32], alphabet: str) -> Iterator[list[tuple[str, float]]]:
    """Each slot's characters worth trying, best first; the empty slot is the empty text."""
    best = np.argsort(-slots, axis=1)[:, :CHARACTERS_PER_SLOT]
    shares = np.take_along_axis(slots, best, axis=1)
    for row, probabilities in zip(best.tolist(), shares.tolist(), strict=True):
        yield [
            ("" if alphabet[i] == PAD else alphabet[i], p)
            for rank, (i, p) in enumerate(zip(row, probabilities, strict=True))
            if rank == 0 or p >= NEGLIGIBLE
        ]


def similarity(first: str, second: str) -> float:
    """1 for equal texts, 0 for texts with nothing in common (edit distance over the longer)."""
    longest = max(len(first), len(second))
    return 1.0 if longest == 0 else 1.0 - edit_distance(first, second) / longest


def edit_distance(first: str, second: str) -> int:
    """Levenshtein distance: insertions, deletions and substitutions."""
    previous = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        current = [i]
        for j, b in enumerate(second, start=1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (a != b)))
        previous = current
    return previous[-1]
