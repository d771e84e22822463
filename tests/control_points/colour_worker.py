"""A worker as a process of its own, with `ColourReader`: ``colour_worker.py CONFIG``."""

import sys
import time

from anpr.types import Image, PlateRead
from control_points import __main__ as command_line
from control_points.assembly import build
from control_points.config import EdgeConfig, EdgeSettings
from control_points.storage.edge_store import EdgeStore
from control_points.worker import Worker
from tests.control_points.fakes import ColourReader


class SlowReader(ColourReader):
    """Slow enough to be killed in the middle."""

    def read(self, image: Image) -> list[PlateRead]:
        time.sleep(0.02)
        return super().read(image)


def worker(config: EdgeConfig, settings: EdgeSettings, store: EdgeStore) -> Worker:
    return build(config, settings, store, SlowReader, "test", "colours")


command_line._worker = worker
command_line.app(["run", "--config", sys.argv[1]])
