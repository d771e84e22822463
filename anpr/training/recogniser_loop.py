"""The recogniser's training step, its averaged weights and its checkpoints (PyTorch).

Imported only inside the training environment.
"""

import copy
import ctypes
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from anpr.training.recogniser_data import Crops
from anpr.training.recogniser_hints import IGNORED, token_labels
from anpr.training.recogniser_net import Hints, Reading, Recogniser
from anpr.training.recogniser_revival import revive

LABEL_SMOOTHING = 0.02
COUNTRY_LOSS = 0.05
HINT_LOSS = 0.5
"""Weight of what the tokens say about the characters under them (`recogniser_hints`)."""
LOOK_LOSS = 0.5
"""Weight of whether each slot looks at the tokens of its own character."""
WEIGHT_DECAY = 0.02
CLIP = 2.0
"""Largest length of the gradient."""
WARM_UP_STEPS = 300
EMA = 0.999
NEGATIVES = 0.06
"""Share of pictures turned into negatives, so that light characters on dark are read too."""
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1


def limit_threads(threads: int) -> None:
    """Hold PyTorch to so many threads, and let it keep the memory it frees.

    Every step needs the same few hundred megabytes; given back to the system and asked for
    anew each time, they cost a sixth of the step.
    """
    torch.set_num_threads(threads)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_MMAP_THRESHOLD, 32 << 20)
        libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1)


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Linear warm-up, then a cosine down to a hundredth of the peak."""
    if step < WARM_UP_STEPS:
        return peak * (step + 1) / WARM_UP_STEPS
    done = min(1.0, (step - WARM_UP_STEPS) / max(1, steps - WARM_UP_STEPS))
    return peak * (0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * done))))


class Learner:
    """A recogniser with its optimisers, and the running average of its weights."""

    def __init__(self, seed: int, *, grown: bool = False) -> None:
        torch.manual_seed(seed)
        self.model = Recogniser(grown=grown).to(memory_format=torch.channels_last)
        self.hints = Hints()
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.trained = [*self.model.parameters(), *self.hints.parameters()]
        self.optimisers = _optimisers(self.model, self.trained)
        self.step = 0

    def learn(self, batch: Crops, rate: float) -> tuple[float, float]:
        """One step; the loss and the share of plates read without an error in the batch."""
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        characters = torch.from_numpy(batch.characters.astype(np.int64))
        countries = torch.from_numpy(batch.countries.astype(np.int64))
        self.model.train()
        # bfloat16 is three times as fast on processors that know it, and exact enough.
        with torch.autocast("cpu", torch.bfloat16):
            reading = self.model(_jittered(_planes(batch)))
            hints = self.hints(reading)
        loss = _loss(reading, characters, countries)
        labels = tuple(torch.from_numpy(one.astype(np.int64)) for one in token_labels(batch))
        self._move(loss + HINT_LOSS * _hint_loss(hints, *labels)
                   + LOOK_LOSS * _look_loss(reading.looks, labels[1]))  # fmt: skip
        exact = (reading.characters.argmax(-1) == characters).all(-1)
        return loss.item(), exact.float().mean().item()

    def _move(self, total: Tensor) -> None:
        for optimiser in self.optimisers:
            optimiser.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(self.trained, CLIP)
        for optimiser in self.optimisers:
            optimiser.step()
        decay = min(EMA, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(self.model.parameters()), 1 - decay
            )
        self.step += 1

    def averaged(self) -> Recogniser:
        """A copy of the recogniser that holds the averaged weights, ready to read."""
        model: Recogniser = copy.deepcopy(self.average).eval()
        for own, current in zip(model.buffers(), self.model.buffers(), strict=True):
            own.copy_(current)
        return model

    def save(self, path: Path, **extra: int) -> None:
        """Write everything needed to go on; never leaves a half-written file."""
        state = {
            "model": self.model.state_dict(),
            "hints": self.hints.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": [one.state_dict() for one in self.optimisers],
            "step": self.step,
            "extra": extra,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, path)  # noqa: PTH105  atomic on one file system

    def load(self, path: Path) -> dict[str, int]:
        """Go on from a checkpoint; returns the extra numbers stored with it."""
        stored = torch.load(path, weights_only=True)
        self._take_over(stored)
        for optimiser, state in zip(self.optimisers, stored["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.step = int(stored["step"])
        return {name: int(value) for name, value in stored["extra"].items()}

    def load_weights(self, path: Path) -> None:
        """Take over weights and averages of a checkpoint only, as a later stage does.

        A grown recogniser takes over a smaller one's; RuntimeError if the checkpoint has layers
        that this one lacks.
        """
        self._take_over(torch.load(path, weights_only=True))

    def _take_over(self, stored: dict[str, Any]) -> None:
        self.hints.load_state_dict(stored["hints"])
        for model, name in ((self.model, "model"), (self.average, "average")):
            # What a smaller one lacks stays as it begins: it changes nothing yet.
            model.load_state_dict({**model.state_dict(), **stored[name]})

    def revive(self, path: Path, crops: Crops) -> None:
        """Take over the weights of a shipped ONNX file; `crops` as `recogniser_revival` asks."""
        revive(path, self.model, self.hints, crops)
        self.average.load_state_dict(self.model.state_dict())


def _optimisers(
    model: Recogniser, trained: list[nn.Parameter]
) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """Muon for the blocks' matrices (Jordan et al. 2024), AdamW for everything else.

    Muon makes all directions of a matrix's step equally long; scaled to AdamW's usual length, it
    takes the same rate.
    """
    blocks = (*model.encoder, model.slots.attention, model.after)
    matrices = [p for block in blocks for p in block.parameters() if p.ndim == 2]
    ids = {id(matrix) for matrix in matrices}
    others = [p for p in trained if id(p) not in ids]
    return (
        torch.optim.Muon(matrices, weight_decay=WEIGHT_DECAY, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, weight_decay=WEIGHT_DECAY, foreach=True),
    )


def _planes(batch: Crops) -> Tensor:
    """Pictures as the network takes them: n x 3 x height x width, 0 to 255."""
    return torch.from_numpy(batch.pictures).permute(0, 3, 1, 2).float()


def _jittered(pictures: Tensor) -> Tensor:
    """Brightness and contrast of each picture moved a little, as each is seen several times."""
    count = len(pictures)
    gain = _between(0.93, 1.07, count, 3) * _between(0.8, 1.2, count)
    lit = (pictures * gain + _between(-20.0, 20.0, count)).clamp(0.0, 255.0)
    negative = torch.rand(count, 1, 1, 1) < NEGATIVES
    return torch.where(negative, 255.0 - lit, lit)


def _between(low: float, high: float, count: int, channels: int = 1) -> Tensor:
    return torch.empty(count, channels, 1, 1).uniform_(low, high)


def _loss(reading: Reading, characters: Tensor, countries: Tensor) -> Tensor:
    """Cross entropy of characters and, where it is known, of the country."""
    text = functional.cross_entropy(
        reading.characters.float().flatten(0, 1), characters.flatten(),
        label_smoothing=LABEL_SMOOTHING,
    )  # fmt: skip
    country = functional.cross_entropy(
        reading.countries.float(), countries, ignore_index=-1, reduction="sum",
        label_smoothing=LABEL_SMOOTHING,
    )  # fmt: skip
    return text + COUNTRY_LOSS * country / len(countries)


def _hint_loss(hints: tuple[Tensor, ...], characters: Tensor, numbers: Tensor) -> Tensor:
    """Cross entropy over the tokens whose labels are known."""
    known = (characters != IGNORED).sum().clamp(min=1)
    pairs = zip(hints, (characters, characters, numbers), strict=True)
    total = sum(
        functional.cross_entropy(
            logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        for logits, labels in pairs
    )
    return torch.as_tensor(total) / known


def _look_loss(looks: Tensor, numbers: Tensor) -> Tensor:
    """How little of its attention a slot gives to its character; 0 where it gives all."""
    own = (numbers[:, None] == torch.arange(looks.shape[1])[None, :, None]).float()
    there = own.amax(-1)
    missed = -torch.log((looks * own).sum(-1) + 1e-3) * there
    return missed.sum() / there.sum().clamp(min=1.0)
