"""The recogniser's training step, its averaged weights and its checkpoints (TensorFlow).

Imported only inside the training environment.
"""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from fast_plate_ocr.train.model.config import PlateConfig
from fast_plate_ocr.train.model.layers import TokenReducer
from fast_plate_ocr.train.model.model_builders import build_model
from fast_plate_ocr.train.model.model_schema import CCTModelConfig

from anpr.training.recogniser_data import ALPHABET, REGIONS, SLOTS, Crops
from anpr.training.recogniser_hints import IGNORED, token_labels
from anpr.training.recogniser_model import model_config, plate_config
from anpr.training.recogniser_revival import revive

LABEL_SMOOTHING = 0.02
COUNTRY_LOSS = 0.05
HINT_LOSS = 0.5
"""Weight of what the tokens say about the characters under them (`recogniser_hints`)."""
LOOK_LOSS = 0.5
"""Weight of whether each slot looks at the tokens of its own character."""
WEIGHT_DECAY = 0.02
WARM_UP_STEPS = 300
EMA = 0.999
NEGATIVES = 0.06
"""Share of pictures turned into negatives, so that light characters on dark are read too."""


def limit_threads(threads: int) -> None:
    """Hold TensorFlow to so many threads; must come before its first operation."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Linear warm-up, then a cosine down to a hundredth of the peak."""
    if step < WARM_UP_STEPS:
        return peak * (step + 1) / WARM_UP_STEPS
    done = min(1.0, (step - WARM_UP_STEPS) / max(1, steps - WARM_UP_STEPS))
    return peak * (0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * done))))


def build() -> Any:
    """The Keras model; outputs `plate` (n, 10, 37) and `region` (n, countries), softmaxed."""
    return build_model(
        CCTModelConfig(**model_config()), PlateConfig(**plate_config()), enable_region_head=True
    )


def build_fast() -> Any:
    """The same model computing in bfloat16, but for its outputs; its weights are float32.

    A third faster on processors that know bfloat16, and as exact as training needs.
    """
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build()
    finally:
        keras.config.set_dtype_policy("float32")
    for name in ("plate", "region"):
        for layer in model.get_layer(name)._flatten_layers():
            layer.dtype_policy = keras.DTypePolicy("float32")
    return model


def with_hints(model: Any) -> Any:
    """The model with three heads more, which say what lies under each token.

    `seen` from the convolutions alone, `character` and `number` after the encoder, whose
    tokens are `encoded`.
    """
    tokens = model.get_layer("transformer_block_1").input
    encoded = model.get_layer("transformer_block_2").output
    hints = {
        "seen": keras.layers.Dense(len(ALPHABET), name="hint_seen")(tokens),
        "character": keras.layers.Dense(len(ALPHABET), name="hint_character")(encoded),
        "number": keras.layers.Dense(SLOTS + 1, name="hint_number")(encoded),
        "encoded": encoded,
    }
    return keras.Model(model.input, {**model.output, **hints})


class Learner:
    """A model with its optimiser, and the running average of its weights."""

    def __init__(self, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        self.model = build_fast()
        self.hinted = with_hints(self.model)
        self._slots = next(la for la in self.model.layers if isinstance(la, TokenReducer))
        self.optimiser = keras.optimizers.AdamW(
            learning_rate=1e-3, weight_decay=WEIGHT_DECAY, clipnorm=2.0
        )
        self.optimiser.build(self.hinted.trainable_variables)
        self.averages = [tf.Variable(v) for v in self.model.trainable_variables]
        self.step = 0
        self._compiled = tf.function(self._update)

    def learn(self, batch: Crops, rate: float) -> tuple[float, float]:
        """One step; the loss and the share of plates read without an error in the batch."""
        self.optimiser.learning_rate.assign(rate)
        decay = min(EMA, (1 + self.step) / (10 + self.step))
        loss, exact = self._compiled(
            tf.constant(batch.pictures),
            tf.constant(batch.characters.astype(np.int32)),
            tf.constant(batch.countries.astype(np.int32)),
            tuple(tf.constant(labels) for labels in token_labels(batch)),
            tf.constant(decay, tf.float32),
        )
        self.step += 1
        return float(loss), float(exact)

    def _update(
        self, pictures: Any, characters: Any, countries: Any, tokens: Any, decay: Any
    ) -> Any:
        with tf.GradientTape() as tape:
            out = self.hinted(_jittered(pictures), training=True)
            loss = _loss(out, characters, countries)
            total = loss + HINT_LOSS * _hint_loss(out, *tokens)
            total += LOOK_LOSS * _look_loss(_looks(self._slots, out["encoded"]), tokens[1])
        variables = self.hinted.trainable_variables
        self.optimiser.apply(tape.gradient(total, variables), variables)
        for average, variable in zip(self.averages, self.model.trainable_variables, strict=True):
            average.assign(average * decay + variable * (1 - decay))
        read = tf.argmax(out["plate"], -1, output_type=tf.int32)
        return loss, tf.reduce_mean(tf.cast(tf.reduce_all(read == characters, -1), tf.float32))

    def averaged(self) -> Any:
        """A copy of the model that holds the averaged weights."""
        copy = build()
        copy.set_weights(self.model.get_weights())
        for variable, average in zip(copy.trainable_variables, self.averages, strict=True):
            variable.assign(average)
        return copy

    def save(self, path: Path, **extra: int) -> None:
        """Write everything needed to go on; never leaves a half-written file."""
        arrays = {f"w{i}": w for i, w in enumerate(self.hinted.get_weights())}
        arrays |= {f"o{i}": v.numpy() for i, v in enumerate(self.optimiser.variables)}
        arrays |= {f"a{i}": v.numpy() for i, v in enumerate(self.averages)}
        arrays |= {name: np.array(value) for name, value in extra.items()}
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, step=np.array(self.step), **arrays)
        partial.replace(path)

    def load(self, path: Path) -> dict[str, int]:
        """Go on from a checkpoint; returns the extra numbers stored with it."""
        with np.load(path) as stored:
            self.load_weights(stored)
            for i, variable in enumerate(self.optimiser.variables):
                variable.assign(stored[f"o{i}"])
            self.step = int(stored["step"])
            return {n: int(stored[n]) for n in stored.files if n[0] not in "woa" and n != "step"}

    def load_weights(self, stored: Any) -> None:
        """Take over weights and averages only, as a fine-tune does."""
        self.hinted.set_weights([stored[f"w{i}"] for i in range(len(self.hinted.get_weights()))])
        for i, average in enumerate(self.averages):
            average.assign(stored[f"a{i}"])

    def revive(self, path: Path, crops: Crops) -> None:
        """Take over the weights of a shipped ONNX file; `crops` as `recogniser_revival` asks."""
        revive(path, self.model, self.hinted, crops)
        for average, variable in zip(self.averages, self.model.trainable_variables, strict=True):
            average.assign(variable)


def _jittered(pictures: Any) -> Any:
    """Brightness and contrast of each picture moved a little, as each is seen several times."""
    count = tf.shape(pictures)[0]
    gain = tf.random.uniform((count, 1, 1, 3), 0.93, 1.07)
    gain *= tf.random.uniform((count, 1, 1, 1), 0.8, 1.2)
    shift = tf.random.uniform((count, 1, 1, 1), -20.0, 20.0)
    lit = tf.clip_by_value(tf.cast(pictures, tf.float32) * gain + shift, 0.0, 255.0)
    negative = tf.random.uniform((count, 1, 1, 1)) < NEGATIVES
    return tf.where(negative, 255.0 - lit, lit)


def _loss(out: Any, characters: Any, countries: Any) -> Any:
    plate, region = out["plate"], out["region"]
    text = _smoothed(tf.one_hot(characters, plate.shape[-1]), plate)
    known = tf.cast(countries >= 0, tf.float32)
    country = _smoothed(tf.one_hot(countries, len(REGIONS)), region) * known
    return tf.reduce_mean(text) + COUNTRY_LOSS * tf.reduce_mean(country)


def _hint_loss(out: Any, characters: Any, numbers: Any) -> Any:
    """Cross entropy over the tokens whose labels are known."""
    known = tf.cast(characters != IGNORED, tf.float32)
    total = sum(
        tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), out[head])
        for head, labels in (("seen", characters), ("character", characters), ("number", numbers))
    )
    return tf.reduce_sum(total * known) / tf.maximum(tf.reduce_sum(known), 1.0)


def _looks(slots: Any, encoded: Any) -> Any:
    """Shares of attention each slot gives to each token, (n, 10, 128), mean over the heads."""
    queries = slots.attn._query_dense(slots.query_tokens)
    keys = tf.cast(slots.attn._key_dense(encoded), tf.float32)
    scores = tf.einsum("qhd,nkhd->nhqk", tf.cast(queries[0], tf.float32), keys)
    return tf.reduce_mean(tf.nn.softmax(scores * float(keys.shape[-1]) ** -0.5), 1)


def _look_loss(looks: Any, numbers: Any) -> Any:
    """How little of its attention a slot gives to its character; 0 where it gives all."""
    own = tf.cast(numbers[:, None, :] == tf.range(SLOTS)[None, :, None], tf.float32)
    there = tf.reduce_max(own, -1)
    missed = -tf.math.log(tf.reduce_sum(looks * own, -1) + 1e-3) * there
    return tf.reduce_sum(missed) / tf.maximum(tf.reduce_sum(there), 1.0)


def _smoothed(truth: Any, probabilities: Any) -> Any:
    classes = truth.shape[-1]
    target = truth * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / classes
    return -tf.reduce_sum(target * tf.math.log(probabilities + 1e-7), -1)
