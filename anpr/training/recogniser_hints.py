"""What each token of the picture should know: the character it lies on, and which one it is.

Reading ten slots through two layers of attention is learned slowly, and its typical error
drops or doubles a character. In rendered plates every character's place is known, so while
training each of the 4 x 32 tokens is asked for the character under it and for its number in
reading order. Of the heads that answer, the one that names characters after the encoder is exported
for the reader's second opinion (`anpr.recognition.sight`); the others are thrown away.
"""

import numpy as np
import numpy.typing as npt

from anpr.training.recogniser_data import ALPHABET, HEIGHT, PAD, SLOTS, WIDTH, Crops
from anpr.training.recogniser_model import TOKEN_COLUMNS, TOKEN_ROWS

Indices = npt.NDArray[np.int32]

NOTHING = ALPHABET.index(PAD)
"""Character of a token that lies on none."""
NO_SLOT = SLOTS
"""Number of a token that lies on no character."""
IGNORED = -1
"""Label of the tokens of a real photo, whose characters' places are not known."""
_CORE = 0.75
"""Share of a character's box, about its centre, whose tokens belong to it."""


def token_labels(crops: Crops) -> tuple[Indices, Indices]:
    """Character and number in reading order of every token, both (n, 128)."""
    x = (np.arange(TOKEN_COLUMNS) + 0.5) * WIDTH / TOKEN_COLUMNS
    y = (np.arange(TOKEN_ROWS) + 0.5) * HEIGHT / TOKEN_ROWS
    places = crops.places.astype(np.float32)[:, :, :, None]
    across = np.abs(x - places[:, :, 0]) / np.maximum(places[:, :, 2] * _CORE, 0.51 * (x[1] - x[0]))
    down = np.abs(y - places[:, :, 1]) / np.maximum(places[:, :, 3] * _CORE, 0.51 * (y[1] - y[0]))
    there = (places[:, :, 2] > 0)[:, :, None]
    far = np.maximum(down[:, :, :, None], across[:, :, None, :])
    far = np.where(there, far, np.inf).reshape(len(crops), SLOTS, -1)
    owner = np.where(far.min(1) <= 1, far.argmin(1), NO_SLOT).astype(np.int32)
    padded = np.pad(crops.characters.astype(np.int32), ((0, 0), (0, 1)), constant_values=NOTHING)
    characters = np.take_along_axis(padded, owner, 1)
    unknown = ~there.any((1, 2, 3))
    owner[unknown] = characters[unknown] = IGNORED
    return characters, owner
