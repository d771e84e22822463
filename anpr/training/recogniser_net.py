"""The recogniser's network in PyTorch, as small as one CPU core trains and reads fast.

ReLU and SiLU only, for GELU is no operator of the ONNX version that is exported to. Attention is
written as two products: PyTorch's fused one is several times slower backwards on a CPU.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from anpr.training.recogniser_data import ALPHABET, REGIONS, SLOTS
from anpr.training.recogniser_model import (
    BATCH_EPSILON,
    CHANNELS,
    ENCODER_BLOCKS,
    GROWN_BLOCKS,
    HEADS,
    HIDDEN,
    LAYER_EPSILON,
    OFFSET,
    REFINEMENTS,
    SCALE,
    STEM,
    TOKEN_COLUMNS,
    TOKEN_ROWS,
)


class Reading(NamedTuple):
    """What the network makes of n crops, as logits, and what it makes them from."""

    characters: Tensor
    """n x slots x alphabet."""
    countries: Tensor
    """n x countries."""
    seen: Tensor
    """The tokens as the convolutions leave them, n x 128 x channels."""
    encoded: Tensor
    """The same after the encoder blocks."""
    looks: Tensor
    """Share of attention each slot gives to each token, mean over the heads, n x slots x 128."""


class Convolution(nn.Module):  # type: ignore[misc]
    """3 x 3 convolution, batch normalisation, ReLU; a strided one pads below and to the right."""

    def __init__(self, source: int, target: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(source, target, 3, stride, bias=False)
        self.normalisation = nn.BatchNorm2d(target, eps=BATCH_EPSILON, momentum=0.02)
        down, across = stride
        self.edges = (2 - across, 1, 2 - down, 1)
        """Zeros to the left, right, top and bottom: what ONNX calls SAME_UPPER."""

    def forward(self, x: Tensor) -> Tensor:
        return self.normalisation(self.convolution(functional.pad(x, self.edges))).relu()


class Refinement(nn.Module):  # type: ignore[misc]
    """A convolution whose answer is added to what it saw (He et al. 2016); at first it adds 0."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.normalisation = nn.BatchNorm2d(channels, eps=BATCH_EPSILON, momentum=0.02)

    def forward(self, x: Tensor) -> Tensor:
        return (x + self.normalisation(self.convolution(x))).relu()


class Attention(nn.Module):  # type: ignore[misc]
    """Attention over several heads, and the shares it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(CHANNELS, CHANNELS)
        self.key = nn.Linear(CHANNELS, CHANNELS)
        self.value = nn.Linear(CHANNELS, CHANNELS)
        self.output = nn.Linear(CHANNELS, CHANNELS)

    def forward(self, asking: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
        query, key, value = self.query(asking), self.key(asked), self.value(asked)
        query, key, value = (_by_head(part) for part in (query, key, value))
        size = query.shape[-1]
        shares = torch.softmax((query * size**-0.5) @ key.transpose(-1, -2), -1)
        seen = (shares @ value).transpose(1, 2).flatten(2)
        return self.output(seen), shares


def _by_head(x: Tensor) -> Tensor:
    """(n, tokens, channels) as (n, heads, tokens, channels of a head)."""
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


class Block(nn.Module):  # type: ignore[misc]
    """A transformer block that normalises first."""

    def __init__(self) -> None:
        super().__init__()
        self.before_looking = nn.LayerNorm(CHANNELS, LAYER_EPSILON)
        self.attention = Attention()
        self.before_thinking = nn.LayerNorm(CHANNELS, LAYER_EPSILON)
        self.wide = nn.Linear(CHANNELS, HIDDEN)
        self.narrow = nn.Linear(HIDDEN, CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        normalised = self.before_looking(x)
        x = x + self.attention(normalised, normalised)[0]
        hidden = functional.silu(self.wide(self.before_thinking(x)))
        return x + functional.silu(self.narrow(hidden))


class Slots(nn.Module):  # type: ignore[misc]
    """Ten learned queries, each of which looks for one character among the tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(1, SLOTS, CHANNELS) * 0.02)
        self.attention = Attention()
        self.normalisation = nn.LayerNorm(CHANNELS, LAYER_EPSILON)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        answer, shares = self.attention(self.queries.expand(len(tokens), -1, -1), tokens)
        return self.normalisation(self.queries + answer), shares.float().mean(1)


class Recogniser(nn.Module):  # type: ignore[misc]
    """Crops as 8-bit numbers (n, 3, 64, 128), RGB, to a `Reading`.

    A grown one has layers more, which change nothing until they have learned: it takes over the
    weights of a smaller one and goes on from what that one knew.
    """

    def __init__(self, *, grown: bool = False) -> None:
        super().__init__()
        sources = (3, *(filters for filters, _ in STEM))
        self.stem = nn.Sequential(
            *(Convolution(s, *layer) for s, layer in zip(sources, STEM, strict=False))
        )
        counts = REFINEMENTS if grown else (0,) * len(STEM)
        self.refinements = nn.ModuleList(
            nn.Sequential(*(Refinement(filters) for _ in range(count)))
            for (filters, _), count in zip(STEM, counts, strict=True)
        )
        """Behind each convolution of the stem."""
        self.places = nn.Parameter(torch.randn(TOKEN_ROWS * TOKEN_COLUMNS, CHANNELS) * 0.02)
        blocks = GROWN_BLOCKS if grown else ENCODER_BLOCKS
        self.encoder = nn.ModuleList(Block() for _ in range(blocks))
        self.slots = Slots()
        self.after = Block()
        self.characters = nn.Linear(CHANNELS, len(ALPHABET))
        self.weighing = nn.Linear(CHANNELS, 1)
        """How much each slot says about the country."""
        self.countries = nn.Linear(CHANNELS, len(REGIONS))
        self.apply(_begin)
        for block in self.encoder[ENCODER_BLOCKS:]:
            nn.init.zeros_(block.attention.output.weight)
            nn.init.zeros_(block.narrow.weight)

    def forward(self, pictures: Tensor) -> Reading:
        x = pictures * SCALE + OFFSET
        for convolution, refinements in zip(self.stem, self.refinements, strict=True):
            x = refinements(convolution(x))
        seen = x.flatten(2).transpose(1, 2) + self.places
        encoded = seen
        for block in self.encoder:
            encoded = block(encoded)
        slots, looks = self.slots(encoded)
        slots = self.after(slots)
        pooled = (torch.softmax(self.weighing(slots), 1) * slots).sum(1)
        return Reading(self.characters(slots), self.countries(pooled), seen, encoded, looks)


class Hints(nn.Module):  # type: ignore[misc]
    """Three heads that say what lies under each token (`recogniser_hints`).

    `character` is exported with the recogniser, the other two serve training only.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Linear(CHANNELS, len(ALPHABET))
        self.character = nn.Linear(CHANNELS, len(ALPHABET))
        self.number = nn.Linear(CHANNELS, SLOTS + 1)
        self.apply(_begin)

    def forward(self, reading: Reading) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the character before and after the encoder, and of its number."""
        encoded = reading.encoded
        return self.seen(reading.seen), self.character(encoded), self.number(encoded)


def _begin(layer: nn.Module) -> None:
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    if isinstance(layer, Refinement):
        nn.init.zeros_(layer.normalisation.weight)
