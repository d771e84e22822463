"""Both applications served for real, one Chromium, and fresh windows in it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from control_center.installation import schema
from control_center.web import create_staff_app
from core.database import transaction
from core.runtime import open_runtime
from core.settings import Settings
from mobile_api.web import create_citizen_app
from permits.seed.places import seed_places
from sanctions.catalogue.seeding import seed_catalogue
from tests.browser.chromium import launch, path_of_chromium
from tests.browser.serving import served
from tests.browser.town import Town, settle
from tests.browser.windows import TIMEOUT_MS, Window, Windows
from tests.control_center.builders import NOON, EdgeBox


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


# Package-wide and no longer: while Playwright runs, this thread has a running event loop.


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path_of_chromium()
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Town]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("town"), database_url=None)
    runtime = open_runtime(settings)
    schema.migrate(runtime.engine)
    runtime.clock.move_to(NOON)
    with transaction(runtime.writing) as session:
        seed_places(session)
        seed_catalogue(session)
    with ExitStack() as stack:
        stack.callback(runtime.close)
        staff = create_staff_app(settings, runtime=open_runtime(settings))
        citizens = create_citizen_app(settings, runtime=open_runtime(settings))
        addresses = {
            "staff": stack.enter_context(served(staff)),
            "citizen": stack.enter_context(served(citizens)),
        }
        place = Town(runtime, EdgeBox(staff), addresses)
        settle(place)
        yield place


@pytest.fixture
def windows(chromium: Browser, town: Town) -> Iterator[Windows]:
    """Opens windows; at the end no page in them may have complained on its console."""
    opened = Windows(chromium, town)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture
def desk(windows: Windows) -> Window:
    """An operator's window on a desktop."""
    return windows.open("operator")
