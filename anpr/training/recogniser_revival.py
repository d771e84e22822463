"""A shipped recogniser put back into the Keras model it came from, so that training can go on.

The ONNX file holds less than a checkpoint: the batch normalisation lies in the convolutions, the
slots' queries in the keys, the training's own heads are gone, and 8-bit weights are rounded. Each
is found again up to what the outputs can't tell apart; what is rounded, training mends soon.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import tensorflow as tf
from numpy.typing import NDArray
from onnx import numpy_helper

from anpr.training.recogniser_data import Crops
from anpr.training.recogniser_hints import IGNORED, token_labels
from anpr.training.recogniser_model import model_config
from core.errors import InvalidInput

Weights = NDArray[np.float32]
_PROBE_EPOCHS = 12


def revive(path: Path, model: Any, hinted: Any, crops: Crops) -> None:
    """Give `model`, and the training heads of `hinted` around it, the weights of an ONNX file.

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
    try:
        _stem(model, stored, crops)
        model.get_layer("pos_emb").position_embeddings.assign(next(stored))
        for layer in _blocks(model, "transformer_block_"):
            _block(layer, stored)
        _slots(model, stored)
        for layer in _blocks(model, "post_reduce_transformer_block_"):
            _block(layer, stored)
        _outputs(model, stored)
    except (StopIteration, ValueError) as error:
        raise InvalidInput(f"{path} is not a recogniser of this architecture: {error}") from None
    _learn_hints(hinted, crops)


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


def _blocks(model: Any, prefix: str) -> list[Any]:
    return [layer for layer in model.layers if layer.name.startswith(prefix)]


def _stem(model: Any, stored: Iterator[Weights], crops: Crops) -> None:
    """Convolutions, each with a normalisation that gives the same answer from batch statistics."""
    scaling = model_config()["rescaling"]
    x = tf.cast(crops.pictures, tf.float32) * scaling["scale"] + scaling["offset"]
    layers = model.get_layer("conv_stem").layers
    for number in range(0, len(layers), 3):
        convolution, normalisation = layers[number], layers[number + 1]
        kernel, bias = next(stored), next(stored)
        kernel = kernel.transpose(2, 3, 1, 0) / (scaling["scale"] if number == 0 else 1.0)
        convolution.kernel.assign(kernel)
        x = tf.nn.conv2d(x, kernel, convolution.strides, "SAME")
        mean, variance = (m.numpy() for m in tf.nn.moments(x, (0, 1, 2)))
        normalisation.moving_mean.assign(mean)
        normalisation.moving_variance.assign(variance)
        normalisation.gamma.assign(np.sqrt(variance + normalisation.epsilon))
        normalisation.beta.assign(bias + mean)
        x = tf.nn.relu(x + bias)


def _block(layer: Any, stored: Iterator[Weights]) -> None:
    _normalisation(layer.norm1, stored)
    attention = layer.attn
    kernels, biases = np.split(next(stored), 3, axis=1), np.split(next(stored), 3)
    parts = (attention._query_dense, attention._key_dense, attention._value_dense)
    for part, kernel, bias in zip(parts, kernels, biases, strict=True):
        part.kernel.assign(kernel.reshape(part.kernel.shape))
        part.bias.assign(bias.reshape(part.bias.shape))
    output = attention._output_dense
    output.kernel.assign(next(stored).reshape(output.kernel.shape))
    output.bias.assign(next(stored))
    _normalisation(layer.norm2, stored)
    for dense in layer.mlp.dense_layers:
        _dense(dense, stored)


def _slots(model: Any, stored: Iterator[Weights]) -> None:
    """Queries, keys, values and output whose products are the stored ones.

    The stored matrix of a head, asked (slots x width), is (queries W_q)(W_k)^T scaled; its singular
    vectors give one of the many pairs. Values and output come apart the same way.
    """
    reducer = next(layer for layer in model.layers if hasattr(layer, "query_tokens"))
    attention = reducer.attn
    width, heads, size = attention._query_dense.kernel.shape
    asked, both, answer = next(stored), next(stored), next(stored)
    asked = asked.reshape(heads, -1, width) * float(attention._key_dim) ** 0.5
    added = answer.mean(axis=0)
    queries = answer - added
    reducer.query_tokens.assign(queries[None])
    told, keys = zip(*(_factors(head, size) for head in asked), strict=True)
    solved = [np.linalg.lstsq(_with_one(queries), head, rcond=None)[0] for head in told]
    attention._query_dense.kernel.assign(np.stack([s[:-1] for s in solved], axis=1))
    attention._query_dense.bias.assign(np.stack([s[-1] for s in solved]))
    attention._key_dense.kernel.assign(np.stack([k.T for k in keys], axis=1))
    attention._key_dense.bias.assign(np.zeros((heads, size)))
    values, outputs = zip(*(_factors(head, size) for head in both), strict=True)
    attention._value_dense.kernel.assign(np.stack(values, axis=1))
    attention._value_dense.bias.assign(np.zeros((heads, size)))
    attention._output_dense.kernel.assign(np.stack(outputs))
    attention._output_dense.bias.assign(added)
    _normalisation(reducer.output_norm, stored)


def _factors(product: Weights, rank: int) -> tuple[Weights, Weights]:
    """Two matrices of at most `rank` columns and rows whose product is the best for `product`."""
    left, strength, right = np.linalg.svd(product, full_matrices=False)
    root, count = np.sqrt(strength[:rank]), min(rank, len(strength))
    first, second = np.zeros((len(left), rank)), np.zeros((rank, right.shape[1]))
    first[:, :count], second[:count] = left[:, :count] * root, root[:, None] * right[:count]
    return first.astype(np.float32), second.astype(np.float32)


def _with_one(queries: Weights) -> Weights:
    return np.hstack([queries, np.ones((len(queries), 1), np.float32)])


def _outputs(model: Any, stored: Iterator[Weights]) -> None:
    _dense(model.get_layer("plate").classifier, stored)
    _dense(model.get_layer("region_seq_pool").attention, stored)
    _dense(model.get_layer("region"), stored)


def _dense(layer: Any, stored: Iterator[Weights]) -> None:
    layer.kernel.assign(next(stored))
    layer.bias.assign(next(stored))


def _normalisation(layer: Any, stored: Iterator[Weights]) -> None:
    layer.gamma.assign(next(stored))
    layer.beta.assign(next(stored))


def _learn_hints(hinted: Any, crops: Crops) -> None:
    """The training's own heads: what lies under each token is read off the tokens as they are.

    Begun at random they would pull at the whole network for thousands of steps.
    """
    characters, numbers = token_labels(crops)
    for head, labels in (("seen", characters), ("character", characters), ("number", numbers)):
        layer = hinted.get_layer(f"hint_{head}")
        tokens = keras.Model(hinted.input, layer.input).predict(
            crops.pictures, batch_size=64, verbose=0
        )
        known = labels != IGNORED
        probe = keras.Sequential([keras.layers.Dense(layer.units, dtype="float32")])
        probe.compile(keras.optimizers.Adam(1e-2), keras.losses.SparseCategoricalCrossentropy(True))
        probe.fit(np.asarray(tokens, np.float32)[known], labels[known],
                  batch_size=256, epochs=_PROBE_EPOCHS, verbose=0)  # fmt: skip
        layer.set_weights(probe.get_weights())
