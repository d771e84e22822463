"""The recogniser's sizes, and its configuration for fast-plate-ocr.

A BatchNorm stem makes 4 x 32 tokens; encoder blocks, ten learned slot queries and one block
after them read the characters; the country is pooled from the slots. `recogniser_net` is the
network itself.
"""

from typing import Any

from anpr.training.recogniser_data import ALPHABET, HEIGHT, PAD, REGIONS, SLOTS, WIDTH

CHANNELS = 96
HEADS = 4
HIDDEN = 384
"""Width of a block's inner layer."""
ENCODER_BLOCKS, GROWN_BLOCKS = 2, 3
"""At first, and once the network has grown. The first finds out which characters there are, the
second which of them comes when."""
STEM = (
    (24, (2, 2)),
    (48, (2, 2)),
    (48, (1, 1)),
    (CHANNELS, (2, 1)),
    (CHANNELS, (2, 1)),
    (CHANNELS, (1, 1)),
)
"""Filters and strides (down, across) of the convolutions. The two without a stride let a token see
39 pixels across and the whole height, so that a tall character is seen whole by one token."""
REFINEMENTS = (0, 0, 2, 2, 0, 1)
"""Convolutions that a grown network adds behind each of the stem's. They cost least where training
and reading are done in few bits, and sharp plates were misread for want of them."""
TOKEN_ROWS, TOKEN_COLUMNS = HEIGHT // 16, WIDTH // 4
SCALE, OFFSET = 1 / 127.5, -1.0
"""What 8-bit pixels are multiplied by, and what is added, before the network sees them."""
BATCH_EPSILON, LAYER_EPSILON = 1e-3, 1e-5
"""Added to the variances in the normalisation of batches and of tokens."""


def plate_config() -> dict[str, Any]:
    """fast-plate-ocr's plate configuration, as shipped beside the model."""
    return {
        "max_plate_slots": SLOTS,
        "alphabet": ALPHABET,
        "pad_char": PAD,
        "img_height": HEIGHT,
        "img_width": WIDTH,
        "keep_aspect_ratio": False,
        "interpolation": "linear",
        "image_color_mode": "rgb",
        "plate_regions": list(REGIONS),
    }
