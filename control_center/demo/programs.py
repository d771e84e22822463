"""The processes of a demonstration."""

import sys
from collections.abc import Mapping
from pathlib import Path

from control_center.installation.processes import Program

CENTRE, WORKER, BEAT, APP, EDGE = "centre", "worker", "beat", "app", "edge"
STAMPS = "timestamps"
OUTSIDE = "outside"


def _python(name: str, *arguments: str, environment: Mapping[str, str]) -> Program:
    command = [sys.executable, "-m", *arguments]
    return Program(name, command, environment=environment, finishes=name == EDGE)


def centre(environment: Mapping[str, str]) -> Program:
    """Staff application and ingest."""
    return _python(CENTRE, "control_center", "serve", environment=environment)


def worker(environment: Mapping[str, str]) -> Program:
    """Does the jobs."""
    return _python(WORKER, "control_center", "worker", environment=environment)


def beat(environment: Mapping[str, str]) -> Program:
    """Wakes the worker on schedule."""
    return _python(BEAT, "control_center", "beat", environment=environment)


def app(environment: Mapping[str, str]) -> Program:
    """The residents' application."""
    return _python(APP, "mobile_api", "serve", environment=environment)


def stamps(environment: Mapping[str, str], folder: Path, port: int) -> Program:
    """A timestamp authority of its own, so that evidence can be sealed without the internet."""
    arguments = ("timestamp-server", "--folder", str(folder), "--port", str(port))
    return _python(STAMPS, "sanctions", *arguments, environment=environment)


def outside(environment: Mapping[str, str], port: int, key: str) -> Program:
    """Fakes of the systems outside: register, electronic notification, post, payments."""
    arguments = ("sanctions.integrations.fakes", "all", "--port", str(port), "--key", key)
    return _python(OUTSIDE, *arguments, environment=environment)


def edge(environment: Mapping[str, str], config: Path) -> Program:
    """The edge box with its cameras; ends when all footage was looked at."""
    arguments = ("control_points", "run", "--config", str(config))
    return _python(EDGE, *arguments, environment=environment)
