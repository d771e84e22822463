"""The recogniser's architecture: a compact convolutional transformer for fast-plate-ocr.

A BatchNorm stem makes 4 x 32 tokens; two encoder blocks, ten learned slot queries and one
block after them read the characters; the country is pooled from the slots. ReLU and SiLU only:
GELU becomes Erfc in the exported graph, which ONNX Runtime does not know.
"""

from typing import Any

from anpr.training.recogniser_data import ALPHABET, HEIGHT, PAD, REGIONS, SLOTS, WIDTH

_WIDTH = 96
_ENCODER_BLOCKS = 2
"""The first finds out which characters there are, the second which of them comes when."""
STEM = (
    (24, (2, 2)),
    (48, (2, 2)),
    (48, (1, 1)),
    (_WIDTH, (2, 1)),
    (_WIDTH, (2, 1)),
    (_WIDTH, (1, 1)),
)
"""Filters and strides of the convolutions. The two without a stride let a token see 39 pixels
across and the whole height, so that a tall character is seen whole by one token."""
TOKEN_ROWS, TOKEN_COLUMNS = HEIGHT // 16, WIDTH // 4


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


def _convolution(filters: int, strides: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {
            "layer": "Conv2D",
            "filters": filters,
            "kernel_size": 3,
            "strides": strides,
            "activation": "linear",
            "use_bias": False,
        },
        {"layer": "BatchNormalization", "momentum": 0.98},
        {"layer": "Activation", "activation": "relu"},
    ]


def model_config() -> dict[str, Any]:
    """fast-plate-ocr's model configuration."""
    return {
        "model": "cct",
        "rescaling": {"scale": 1 / 127.5, "offset": -1.0},
        "tokenizer": {
            "blocks": [
                layer for filters, stride in STEM for layer in _convolution(filters, stride)
            ],
            "patch_size": 1,
            "positional_emb": True,
        },
        "transformer_encoder": {
            "layers": _ENCODER_BLOCKS,
            "heads": 4,
            "projection_dim": _WIDTH,
            "units": [384, _WIDTH],
            "activation": "silu",
            "attention_layout": "split_projection",
            "stochastic_depth": 0.0,
            "attention_dropout": 0.0,
            "mlp_dropout": 0.05,
            "head_mlp_dropout": 0.1,
            "token_reducer_heads": 4,
            "token_reducer_use_query_residual": True,
            "token_reducer_use_output_norm": True,
            "post_token_reducer_layers": 1,
            "normalization": "layer_norm",
        },
    }
