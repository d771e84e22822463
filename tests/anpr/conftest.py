"""Fixtures of the plate reader's tests: the shipped models, and photos that stay outside."""

import os
from pathlib import Path

import pytest

from anpr.reader import PlateReader, load_reader


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real photos. Missing it skips a test, and fails it under CI."""
    named = os.environ.get("SARBIDE_SHARED_DATA")
    if named and Path(named).is_dir():
        return Path(named)
    reason = "SARBIDE_SHARED_DATA names no folder of real photos"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shipped_reader() -> PlateReader:
    return load_reader()
