"""What stands under each part of the picture: a second opinion on how many characters there are.

The recogniser's slots know which character comes when, and their typical error counts one twice or
leaves one out. Its tokens, 4 x 32 of them, each know only which character lies under them. Read
from left to right they spell a text as connectionist temporal classification does (Graves et al.
2006): equal neighbours are one character, and between two characters lies nothing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.float32]
"""Character probabilities of the tokens of a crop, rows x columns x alphabet; the last character of
the alphabet is the empty one."""
FLOOR = 1e-4
"""No token can rule a character out."""
FEWEST_PAIRS = 3
"""Columns of a two-row plate in which different characters stand one above the other, at least."""
_NEVER = np.float32(-1e9)


def spelled(tokens: Tokens, alphabet: str) -> str:
    """The text that the tokens of a one-row plate spell."""
    likeliest = _flat(tokens).argmax(axis=1)
    begins = np.flatnonzero(np.diff(likeliest, prepend=-1))
    return "".join(alphabet[i] for i in likeliest[begins] if i != len(alphabet) - 1)


def agreement(sights: Sequence[Tokens], texts: Sequence[str], alphabet: str) -> NDArray[np.float64]:
    """Logarithm of how probable each text is by its likeliest way through the tokens, the mean
    over the looks at the plate.

    A plate whose upper and lower half show different characters is tried as one of two rows, too.
    """
    labels, lengths = _labels(texts, alphabet)
    ways = _best_ways(np.stack([_columns(tokens) for tokens in sights]), labels, lengths)
    in_two_rows = {i: rows for i, one in enumerate(sights) if (rows := _two_rows(one)) is not None}
    if in_two_rows:
        at = list(in_two_rows)
        others = _best_ways(np.stack(list(in_two_rows.values())), labels, lengths)
        ways[at] = np.maximum(ways[at], others)
    return np.asarray(ways.mean(axis=0), np.float64)


def _two_rows(tokens: Tokens) -> NDArray[np.float32] | None:
    """The columns of the upper half and then those of the lower; None if both show the same."""
    half = tokens.shape[0] // 2
    upper, lower = _flat(tokens[:half]).argmax(axis=1), _flat(tokens[half:]).argmax(axis=1)
    if _is_one_row(upper, lower, tokens.shape[2] - 1):
        return None
    return np.concatenate([_columns(tokens[:half]), _columns(tokens[half:])])


def _is_one_row(upper: NDArray[np.intp], lower: NDArray[np.intp], nothing: int) -> bool:
    """Whether hardly a column shows one character above another."""
    both = (upper != nothing) & (lower != nothing)
    return int((both & (upper != lower)).sum()) < FEWEST_PAIRS


def _columns(tokens: Tokens) -> NDArray[np.float32]:
    """One distribution a column, in which no character is ruled out."""
    columns = _flat(tokens)
    columns /= columns.sum(axis=1, keepdims=True)
    return np.maximum(columns, np.float32(FLOOR), out=columns)


def _flat(tokens: Tokens) -> NDArray[np.float32]:
    """What each column shows: a character seen in any row is there, nothing only in all."""
    columns: NDArray[np.float32] = tokens.max(axis=0)
    columns[:, -1] = tokens[:, :, -1].min(axis=0)
    return columns


def _labels(texts: Sequence[str], alphabet: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each text with nothing before, between and after its characters; and its length."""
    lengths = np.array([len(text) for text in texts])
    labels = np.full((len(texts), 2 * int(lengths.max()) + 1), len(alphabet) - 1, np.intp)
    for row, text in zip(labels, texts, strict=True):
        row[1 : 2 * len(text) : 2] = [alphabet.index(character) for character in text]
    return labels, lengths


def _best_ways(
    columns: NDArray[np.float32], labels: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Looks x columns x characters, texts x labels: the likeliest way's logarithm of each look and
    text (Viterbi)."""
    nothing = columns.shape[2] - 1
    shown = np.log(columns)[:, :, labels].swapaxes(0, 1)
    skips = np.full(labels.shape, _NEVER, np.float32)
    skips[:, 2:][(labels[:, 2:] != nothing) & (labels[:, 2:] != labels[:, :-2])] = 0.0
    looks, (texts, places) = len(columns), labels.shape
    best = np.full((looks, texts, places + 2), _NEVER, np.float32)
    best[:, :, 2:4] = shown[0][:, :, :2]
    stay, step_on, skip = best[:, :, 2:], best[:, :, 1:-1], best[:, :, :-2]
    for step in shown[1:]:
        way = np.maximum(stay, step_on)
        np.maximum(way, skip + skips, out=way)
        np.add(way, step, out=stay)
    rows = np.arange(texts)
    ends = best[:, rows, 2 * lengths + 2], best[:, rows, 2 * lengths + 1]
    return np.maximum(*ends).astype(np.float64)
