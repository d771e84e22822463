"""How crops reach the trainer: processes make them ahead, and a ring keeps the latest."""

import itertools
import multiprocessing as mp
from collections.abc import Callable
from queue import Empty, Full
from typing import Any, cast

import cv2
import numpy as np

from anpr.training.recogniser_data import HEIGHT, SLOTS, WIDTH, Crops


class Ahead:
    """A process that makes numbered crops ahead; `take` hands them over in their order."""

    def __init__(self, make: Callable[[int], Crops], first: int) -> None:
        """`make` gives the crops of a number, always the same ones; it must be picklable."""
        context = mp.get_context("spawn")
        self._next = first
        self._queue = context.Queue(maxsize=3)
        self._process = context.Process(
            target=_make_for_ever, args=(make, first, self._queue), daemon=True
        )
        self._process.start()

    def take(self) -> Crops:
        """The next crops, waiting for them; RuntimeError if their process has died."""
        while True:
            try:
                crops = self._queue.get(timeout=5)
            except Empty:
                if not self._process.is_alive():
                    raise RuntimeError(
                        "the process that makes crops ended; see its message above"
                    ) from None
                continue
            self._next += 1
            return cast(Crops, crops)

    @property
    def next(self) -> int:
        """Number of the crops that `take` returns next."""
        return self._next

    def close(self) -> None:
        """End the process; what it made ahead is lost and will be made again."""
        self._process.terminate()
        self._process.join()


def _make_for_ever(make: Callable[[int], Crops], first: int, queue: Any) -> None:
    cv2.setNumThreads(1)
    for number in itertools.count(first):
        crops = make(number)
        while not _handed_over(queue, crops):
            parent = mp.parent_process()
            if parent is None or not parent.is_alive():
                queue.cancel_join_thread()  # nobody reads what is left in the queue
                return  # a killed trainer must not leave its processes behind


def _handed_over(queue: Any, crops: Crops) -> bool:
    try:
        queue.put(crops, timeout=5)
    except Full:
        return False
    return True


class Ring:
    """The latest crops, overwritten oldest first."""

    def __init__(self, capacity: int) -> None:
        self._pictures = np.zeros((capacity, HEIGHT, WIDTH, 3), np.uint8)
        self._characters = np.zeros((capacity, SLOTS), np.uint8)
        self._countries = np.zeros(capacity, np.int16)
        self._places = np.zeros((capacity, SLOTS, 4), np.float16)
        self._written = 0

    def __len__(self) -> int:
        return min(self._written, len(self._pictures))

    def add(self, crops: Crops) -> None:
        places = np.arange(self._written, self._written + len(crops)) % len(self._pictures)
        self._pictures[places] = crops.pictures
        self._characters[places] = crops.characters
        self._countries[places] = crops.countries
        self._places[places] = crops.places
        self._written += len(crops)

    def draw(self, count: int, rng: np.random.Generator) -> Crops:
        """`count` crops at random, with replacement."""
        places = rng.integers(0, len(self), count)
        return Crops(
            self._pictures[places],
            self._characters[places],
            self._countries[places],
            self._places[places],
        )
