"""What was measured, as lines of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns, thread_time_ns


@dataclass(frozen=True)
class Timing:
    """Medians in microseconds."""

    elapsed: float
    """By the clock on the wall: other programs of the machine add to it."""
    cpu: float
    """Spent computing by this thread alone."""


@dataclass(frozen=True)
class Line:
    """One figure with the bound it is held to."""

    what: str
    value: float
    unit: str
    bound: float
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.value < self.bound

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "TOO MUCH"
        figures = f"{self.value:>9.2f} {self.unit:<2} (< {self.bound:g})"
        return f"{self.what:<62} {figures} {verdict} {self.note}".rstrip()


def timing(task: Callable[[int], object], runs: int) -> Timing:
    """The middle run of `runs`; `task` is called with the number of each."""
    elapsed, cpu = [], []
    for number in range(runs):
        begin, began = perf_counter_ns(), thread_time_ns()
        task(number)
        cpu.append(thread_time_ns() - began)
        elapsed.append(perf_counter_ns() - begin)
    return Timing(median(elapsed) / 1_000, median(cpu) / 1_000)
