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
_NEVER = np.float32(-1e9)


def spelled(tokens: Tokens, alphabet: str) -> str:
    """The text that the tokens of a one-row plate spell."""
    likeliest = _columns(tokens).argmax(axis=1)
    begins = np.flatnonzero(np.diff(likeliest, prepend=-1))
    return "".join(alphabet[i] for i in likeliest[begins] if i != len(alphabet) - 1)


def agreement(tokens: Tokens, texts: Sequence[str], alphabet: str) -> NDArray[np.float64]:
    """Logarithm of how probable each text is by its likeliest way through the tokens.

    A plate whose upper and lower half show different characters is tried as one of two rows, too.
    """
    labels, lengths = _labels(texts, alphabet)
    half = tokens.shape[0] // 2
    upper, lower = _columns(tokens[:half]), _columns(tokens[half:])
    way = _best_way(_columns(tokens), labels, lengths)
    if _is_one_row(upper.argmax(axis=1), lower.argmax(axis=1), len(alphabet) - 1):
        return way
    return np.maximum(way, _best_way(np.concatenate([upper, lower]), labels, lengths))


def _is_one_row(upper: NDArray[np.intp], lower: NDArray[np.intp], nothing: int) -> bool:
    """Whether both halves show the same in most of the columns that show anything."""
    shown = (upper != nothing) | (lower != nothing)
    return bool(2 * ((upper == lower) & shown).sum() > shown.sum())


def _columns(tokens: Tokens) -> NDArray[np.float32]:
    """One distribution a column: a character seen in any row is there, nothing only in all."""
    columns = tokens.max(axis=0)
    columns[:, -1] = tokens[:, :, -1].min(axis=0)
    columns = np.maximum(columns / columns.sum(axis=1, keepdims=True), FLOOR)
    return np.asarray(columns, np.float32)


def _labels(texts: Sequence[str], alphabet: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each text with nothing before, between and after its characters; and its length."""
    lengths = np.array([len(text) for text in texts])
    labels = np.full((len(texts), 2 * int(lengths.max()) + 1), len(alphabet) - 1, np.intp)
    for row, text in zip(labels, texts, strict=True):
        row[1 : 2 * len(text) : 2] = [alphabet.index(character) for character in text]
    return labels, lengths


def _best_way(
    steps: NDArray[np.float32], labels: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    shown = np.log(steps)[:, labels]
    nothing = steps.shape[1] - 1
    skips = np.full(labels.shape, _NEVER, np.float32)
    skips[:, 2:][(labels[:, 2:] != nothing) & (labels[:, 2:] != labels[:, :-2])] = 0.0
    best = np.full((len(labels), labels.shape[1] + 2), _NEVER, np.float32)
    best[:, 2:4] = shown[0][:, :2]
    for step in shown[1:]:
        way = np.maximum(best[:, 2:], best[:, 1:-1])
        np.maximum(way, best[:, :-2] + skips, out=way)
        np.add(way, step, out=best[:, 2:])
    rows = np.arange(len(labels))
    return np.maximum(best[rows, 2 * lengths + 2], best[rows, 2 * lengths + 1]).astype(np.float64)
