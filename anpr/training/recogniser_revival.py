"""A shipped recogniser put back into the network it came from, so that training can go on.

The ONNX file holds less than a checkpoint: the batch normalisation lies in the convolutions, the
slots' queries in the keys, the training's own heads are gone, and 8-bit weights are rounded. Each
is found again up to what the outputs can't tell apart; what is rounded, training mends soon.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from anpr.training.recogniser_data import Crops
from anpr.training.recogniser_hints import IGNORED, token_labels
from anpr.training.recogniser_model import HEADS, OFFSET, SCALE
from anpr.training.recogniser_net import (
    Block,
    Convolution,
    Hints,
    Recogniser,
    Refinement,
    Slots,
)
from core.errors import InvalidInput

Weights = NDArray[np.float32]
_PROBE_EPOCHS = 12


def revive(path: Path, model: Recogniser, hints: Hints, crops: Crops) -> None:
    """Give `model`, and the training heads beside it, the weights of an ONNX file.

    Parameters
    ----------
    path: a recogniser as `recogniser_export` writes it, in floating point or 8 bits.
    crops: a few hundred rendered crops, on which the normalisation's statistics are measured
        and the training's own heads are learned anew.

    Raises
    ------
    InvalidInput
        If the file is not a recogniser of this architecture.
    """
    stored = shipped_weights(path)
    pictures = torch.from_numpy(crops.pictures).permute(0, 3, 1, 2).float()
    try:
        with torch.no_grad():
            _all_layers(model, stored, pictures)
            tells_tokens = _under_tokens(hints, list(stored))
    except (StopIteration, RuntimeError, ValueError) as error:
        raise InvalidInput(f"{path} is not a recogniser of this architecture: {error}") from None
    _learn_hints(model, hints, pictures, crops, tells_tokens=tells_tokens)


def _under_tokens(hints: Hints, rest: list[Weights]) -> bool:
    """Take over the head that tells the character under each token; older files have none."""
    if not rest:
        return False
    _dense(hints.character, iter(rest))
    return True


def _all_layers(model: Recogniser, stored: Iterator[Weights], pictures: Tensor) -> None:
    """In the order in which `recogniser_graph` writes them."""
    x = pictures * SCALE + OFFSET
    for number, (convolution, refinements) in enumerate(
        zip(model.stem, model.refinements, strict=True)
    ):
        x = _convolution(convolution, stored, x, SCALE if number == 0 else 1.0)
        for refinement in refinements:
            x = _refinement(refinement, stored, x)
    _put(model.places, next(stored))
    for block in model.encoder:
        _block(block, stored)
    _slots(model.slots, stored)
    _block(model.after, stored)
    for layer in (model.characters, model.weighing, model.countries):
        _dense(layer, stored)


def shipped_weights(path: Path) -> Iterator[Weights]:
    """The weights of a lean graph in the order in which it was written, 8 bits as numbers again.

    Whole numbers (shapes and sizes) are left out, and so is the first, the input's offset.
    """
    graph = onnx.load(path).graph
    stored = {w.name: numpy_helper.to_array(w) for w in graph.initializer}
    named = [_named(stored, number) for number in range(1, len(stored))]
    yield from (w.astype(np.float32) for w in named if w is not None and w.dtype != np.int64)


def _named(stored: dict[str, NDArray[Any]], number: int) -> NDArray[Any] | None:
    name = f"weight_{number}"
    if name in stored:
        return stored[name]
    if f"{name}_quantized" not in stored:
        return None
    whole = stored[f"{name}_quantized"].astype(np.float32)
    scale = stored[next(n for n in (f"{name}_scale", f"{name}_quantized_scale") if n in stored)]
    # Convolutions are scaled by their outputs, which come first; matrices have them last.
    shape = (-1, 1, 1, 1) if whole.ndim == 4 else (-1,)
    return whole * (scale.reshape(shape) if scale.ndim else scale)


def _put(weights: Tensor, values: Weights) -> None:
    """Set weights; ValueError where the file's have another shape."""
    if tuple(values.shape) != tuple(weights.shape):
        raise ValueError(f"weights of shape {values.shape} where {tuple(weights.shape)} belong")
    weights.copy_(torch.from_numpy(np.array(values, np.float32)))


def _convolution(layer: Convolution, stored: Iterator[Weights], x: Tensor, scale: float) -> Tensor:
    """A convolution, with a normalisation that gives the same answer from batch statistics."""
    _put(layer.convolution.weight, next(stored) / scale)
    x = layer.convolution(functional.pad(x, layer.edges))
    return _shifted(layer.normalisation, next(stored), x).relu()


def _refinement(layer: Refinement, stored: Iterator[Weights], x: Tensor) -> Tensor:
    _put(layer.convolution.weight, next(stored))
    return (x + _shifted(layer.normalisation, next(stored), layer.convolution(x))).relu()


def _shifted(norm: nn.BatchNorm2d, bias: Weights, x: Tensor) -> Tensor:
    """What a convolution gives plus its bias, told to the normalisation as batch statistics."""
    variance, mean = torch.var_mean(x, (0, 2, 3), unbiased=False)
    shift = torch.from_numpy(bias.copy())
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.bias.copy_(shift + mean)
    return x + shift[:, None, None]


def _block(layer: Block, stored: Iterator[Weights]) -> None:
    _normalisation(layer.before_looking, stored)
    attention = layer.attention
    kernels, biases = np.split(next(stored), 3, axis=1), np.split(next(stored), 3)
    parts = (attention.query, attention.key, attention.value)
    for part, kernel, bias in zip(parts, kernels, biases, strict=True):
        _put(part.weight, kernel.T)
        _put(part.bias, bias)
    _dense(attention.output, stored)
    _normalisation(layer.before_thinking, stored)
    _dense(layer.wide, stored)
    _dense(layer.narrow, stored)


def _slots(layer: Slots, stored: Iterator[Weights]) -> None:
    """Queries, keys, values and output whose products are the stored ones.

    The stored matrix of a head, asked (slots x channels), is (queries W_q)(W_k)^T scaled; its
    singular vectors give one of the many pairs. Values and output come apart the same way.
    """
    attention = layer.attention
    asked, both, answer = next(stored), next(stored), next(stored)
    size = answer.shape[1] // HEADS
    asked = asked.reshape(HEADS, -1, answer.shape[1]) * float(size) ** 0.5
    added = answer.mean(axis=0)
    queries = answer - added
    _put(layer.queries, queries[None])
    told, keys = zip(*(_factors(head, size) for head in asked), strict=True)
    solved = [np.linalg.lstsq(_with_one(queries), head, rcond=None)[0] for head in told]
    _put(attention.query.weight, np.concatenate([s[:-1].T for s in solved]))
    _put(attention.query.bias, np.concatenate([s[-1] for s in solved]))
    _put(attention.key.weight, np.concatenate(keys))
    values, outputs = zip(*(_factors(head, size) for head in both), strict=True)
    _put(attention.value.weight, np.concatenate([v.T for v in values]))
    _put(attention.output.weight, np.concatenate(outputs).T)
    _put(attention.output.bias, added)
    for part in (attention.key, attention.value):
        nn.init.zeros_(part.bias)
    _normalisation(layer.normalisation, stored)


def _factors(product: Weights, rank: int) -> tuple[Weights, Weights]:
    """Two matrices of at most `rank` columns and rows whose product is the best for `product`."""
    left, strength, right = np.linalg.svd(product, full_matrices=False)
    root, count = np.sqrt(strength[:rank]), min(rank, len(strength))
    first, second = np.zeros((len(left), rank)), np.zeros((rank, right.shape[1]))
    first[:, :count], second[:count] = left[:, :count] * root, root[:, None] * right[:count]
    return first.astype(np.float32), second.astype(np.float32)


def _with_one(queries: Weights) -> Weights:
    return np.hstack([queries, np.ones((len(queries), 1), np.float32)])


def _dense(layer: nn.Linear, stored: Iterator[Weights]) -> None:
    _put(layer.weight, next(stored).T)
    _put(layer.bias, next(stored))


def _normalisation(layer: nn.LayerNorm, stored: Iterator[Weights]) -> None:
    _put(layer.weight, next(stored))
    _put(layer.bias, next(stored))


def _learn_hints(
    model: Recogniser, hints: Hints, pictures: Tensor, crops: Crops, *, tells_tokens: bool
) -> None:
    """The training's own heads: what lies under each token is read off the tokens as they are.

    Begun at random they would pull at the whole network for thousands of steps.
    """
    model.eval()
    with torch.no_grad():
        parts = [model(some) for some in pictures.split(64)]
    seen, encoded = (torch.cat([getattr(p, name) for p in parts]) for name in ("seen", "encoded"))
    characters, numbers = (torch.from_numpy(x.astype(np.int64)) for x in token_labels(crops))
    for head, tokens, labels in (
        (hints.seen, seen, characters),
        (hints.character, encoded, characters),
        (hints.number, encoded, numbers),
    ):
        if head is hints.character and tells_tokens:
            continue
        known = labels != IGNORED
        _fit(head, tokens[known], labels[known])


def _fit(head: nn.Linear, tokens: Tensor, labels: Tensor) -> None:
    optimiser = torch.optim.Adam(head.parameters(), lr=1e-2)
    for _ in range(_PROBE_EPOCHS):
        for some in torch.randperm(len(tokens)).split(256):
            optimiser.zero_grad()
            functional.cross_entropy(head(tokens[some]), labels[some]).backward()
            optimiser.step()
