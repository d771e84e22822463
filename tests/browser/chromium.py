"""Finding and launching Chromium."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path_of_chromium() -> str:
    """Where Chromium is; without it, skips, and fails under CI."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = "No Chromium on this machine: `apt-get install chromium` for the browser tests"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium that calls nobody."""
    return playwright.chromium.launch(
        executable_path=path_of_chromium(), args=_FLAGS, timeout=120_000
    )
