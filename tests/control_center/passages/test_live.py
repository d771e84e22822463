"""The live list: a feed that resumes where it was, over real server-sent events."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from control_center.endpoints import overview
from control_center.models import LiveEvent, PassageRecord
from control_center.passages.live import Feed
from control_center.queries import last_live_event
from core.database import transaction
from core.identity import Role
from core.runtime import Runtime
from tests.clients import WebClient, logged_in_client
from tests.control_center.builders import MORNING, NOON, EdgeBox, device, do_jobs, id_of, report


class Browser:
    """What an EventSource does: one request of an ASGI application, read while it goes on."""

    def __init__(self, app: FastAPI, client: WebClient) -> None:
        self._app = app
        self._cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    async def events(
        self, query: str, count: int, headers: dict[str, str] | None = None
    ) -> list[dict[str, str]]:
        """The first `count` events with data."""
        messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        scope = self._scope(query, headers or {})
        task = asyncio.create_task(self._app(scope, receive, messages.put))  # type: ignore[arg-type]
        found = [event async for event in self._read(messages, count)]
        gone.set()
        await asyncio.wait_for(task, 10)
        return found

    def _scope(self, query: str, headers: dict[str, str]) -> dict[str, Any]:
        sent = {"accept": "text/event-stream", "cookie": self._cookie, "host": "testserver"}
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/passages/live",
            "raw_path": b"/passages/live",
            "query_string": query.encode(),
            "headers": [
                (name.encode(), value.encode()) for name, value in {**sent, **headers}.items()
            ],
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
        }

    @staticmethod
    async def _read(
        messages: "asyncio.Queue[dict[str, Any]]", count: int
    ) -> AsyncIterator[dict[str, str]]:
        text, seen = "", 0
        while seen < count:
            message = await asyncio.wait_for(messages.get(), 10)
            text += message.get("body", b"").decode()
            while "\n\n" in text:
                block, text = text.split("\n\n", 1)
                fields = [line.split(": ", 1) for line in block.splitlines() if ": " in line]
                event = {name: value for name, value in fields if name}
                if "data" in event and seen < count:
                    seen += 1
                    yield event | {"all": block}


@pytest.fixture
def browser(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(overview, "POLL_SECONDS", 0.02)
    return Browser(app, logged_in_client(app, Role.OPERATOR))


def passing(edge: EdgeBox, plate: str, at: Any = MORNING) -> str:
    edge.report(report(plate, at))
    do_jobs(edge.runtime)
    return str(id_of(plate, at))


class TestLiveFeed:
    def test_brings_the_row_of_what_passed(self, edge: EdgeBox, browser: Browser) -> None:
        passage = passing(edge, "5678DDD", NOON)
        (event,) = asyncio.run(browser.events("after=0", 1))
        assert event["event"] == "passage"
        assert f'id="passage-{passage}"' in event["all"]
        assert "5678 DDD" in event["all"]

    def test_a_passage_that_changed_twice_comes_once_as_it_is_now(
        self, edge: EdgeBox, browser: Browser
    ) -> None:
        passing(edge, "5678DDD", NOON)
        passing(edge, "1234BBC")
        first, second = asyncio.run(browser.events("after=0", 2))
        assert "5678 DDD" in first["all"]
        assert "1234 BBC" in second["all"]

    def test_resumes_after_the_last_event_it_had(self, edge: EdgeBox, browser: Browser) -> None:
        passing(edge, "5678DDD", NOON)
        (event,) = asyncio.run(browser.events("after=0", 1))
        passing(edge, "1234BBC")
        resumed = asyncio.run(browser.events("after=0", 1, headers={"last-event-id": event["id"]}))
        assert "1234 BBC" in resumed[0]["all"]

    def test_later_news_come_over_the_same_connection(
        self, edge: EdgeBox, browser: Browser
    ) -> None:
        passing(edge, "5678DDD", NOON)

        async def watch() -> list[dict[str, str]]:
            reading = asyncio.create_task(browser.events("after=0", 2))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(passing, edge, "1234BBC")
            return await reading

        assert "1234 BBC" in asyncio.run(watch())[1]["all"]

    def test_the_page_says_from_where_to_go_on(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passing(edge, "5678DDD", NOON)
        found = re.search(r'data-live="/passages/live\?after=(\d+)"', operator_client.get("/").text)
        assert found is not None
        assert int(found[1]) > 0

    def test_needs_the_permission_to_see_passages(
        self, app: FastAPI, anonymous_client: WebClient, police_client: WebClient
    ) -> None:
        assert anonymous_client.get("/passages/live").status_code == 303
        assert police_client.get("/passages/live").status_code == 403

    def test_an_event_id_that_is_no_number_is_refused(self, operator_client: WebClient) -> None:
        headers = {"Last-Event-ID": "x"}
        assert operator_client.get("/passages/live", headers=headers).status_code == 422


def test_the_feed_is_written_with_the_passage_or_not_at_all(edge: EdgeBox) -> None:
    edge.report(report("1234BBC", confidence=9))
    with transaction(edge.runtime.reading) as session:
        assert last_live_event(session) == 0


class TestFeed:
    def test_an_event_that_was_committed_late_is_not_left_out(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            passage = stored_passage(session)
            session.add(LiveEvent(id=8, passage_id=passage, kind="decision", at=NOON))
        feed = Feed(6)
        with transaction(runtime.reading) as session:
            assert [event.id for event in feed.news(session)] == [8]
        with transaction(runtime.writing) as session:
            session.add(LiveEvent(id=7, passage_id=passage, kind="decision", at=NOON))
        with transaction(runtime.reading) as session:
            assert [event.id for event in feed.news(session)] == [7]
            assert feed.news(session) == []
        assert feed.position == 8


def stored_passage(session: Session) -> UUID:
    box = device(session)
    passage = PassageRecord(
        id=id_of("1234BBC", NOON),
        device_id=box.id,
        control_point="CP-01",
        camera="CP-01-A",
        direction="entry",
        seen_at=NOON,
        received_at=NOON,
        status="received",
        confidence=1.0,
        pictures_wanted="wait",
    )
    session.add(passage)
    session.flush()
    return passage.id
