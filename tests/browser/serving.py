"""Serving an application on a free port of this machine, from a thread."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

_START_SECONDS = 30


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve `app`; gives its address, such as ``http://127.0.0.1:40123``."""
    # Live lists never end by themselves, hence the short wait at the end.
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port(server)}"
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)


def _port(server: uvicorn.Server) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the application does not start"
        time.sleep(0.02)
    return int(server.servers[0].sockets[0].getsockname()[1])
