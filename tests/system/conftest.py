"""Fixtures of the tests that run whole demonstrations."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def ports_of_their_own() -> Iterator[None]:
    """Several demonstrations may start at once: each takes whatever ports are free."""
    names = ("SARBIDE_STAFF_PORT", "SARBIDE_APP_PORT")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "0"))
    yield
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value
