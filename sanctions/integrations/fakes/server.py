"""What all fake services share: HTTP on this machine, schema checks, and faults on demand.

A fake is a process of its own. It checks every request against the JSON schema that documents the
message, keeps what it was sent, and can be told to misbehave:

    POST /NAME/_fake/faults     {"kind": "slow", "times": 2, "seconds": 3, "path": "/batches"}
    GET  /NAME/_fake/requests   what came in, oldest first
    POST /NAME/_fake/forget     no faults, no memory

Kinds of fault: ``slow`` (answers late), ``drip`` (a byte at a time), ``error`` (``status``, 503
unless told otherwise), ``reset`` (hangs up before doing anything), ``lost_answer`` (does it, then
hangs up), ``cut`` (half an answer), ``malformed`` (no JSON), ``wrong`` (whatever is wrong in this
service: another plate, another batch, a wrong amount).
"""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[1] / "schemas"
Answer = tuple[int, dict[str, Any] | str]
"""Status and body; text is a page, and with a status of 303 the address of another one."""


@dataclass
class Fault:
    kind: str
    times: int = 1
    seconds: float = 1.0
    status: int = 503
    path: str = ""
    """Only requests whose path begins with it."""


@dataclass(frozen=True)
class Call:
    """One request, as the routes see it."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    once: str | None
    """The idempotency key."""
    wrong: bool = False
    """The answer is to be wrong."""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    answer: Callable[[Call], Answer]
    schema: str | None = None
    is_public: bool = False
    """For browsers: no key."""


@dataclass
class FakeService:
    """A service: its routes, its key, its faults and its memory. Subclasses add the routes."""

    key: str
    faults: list[Fault] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def routes(self) -> list[Route]:
        return []

    def forget(self) -> None:
        """Back to the beginning. Subclasses clear their memory too."""
        self.faults.clear()
        self.requests.clear()

    def fault_for(self, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and path.startswith(fault.path):
                    fault.times -= 1
                    return fault
        return None

    def control(self, call: Call) -> Answer | None:
        """The requests that steer the fake; None when `call` is another one."""
        if call.path == "/_fake/faults" and call.method == "POST":
            self.faults.append(Fault(**call.body))
            return 200, {}
        if call.path == "/_fake/requests":
            return 200, {"requests": self.requests}
        if call.path == "/_fake/forget" and call.method == "POST":
            self.forget()
            return 200, {}
        return None

    def answer(self, call: Call, authorization: str) -> Answer:
        """Check key and schema, remember, and do what the route does."""
        is_known = authorization == f"Bearer {self.key}"
        for route in self.routes():
            found = re.fullmatch(route.pattern, call.path)
            if found is None or route.method != call.method:
                continue
            if not is_known and not route.is_public:
                return 401, {"error": "wrong key"}
            if route.schema is not None and (wrong := problems(route.schema, call.body)):
                return 422, {"error": "does not follow the schema", "problems": wrong}
            with self.lock:
                self.requests.append({"path": call.path, "once": call.once, "body": call.body})
                given = {**call.__dict__, "parts": found.groups()}
                return route.answer(Call(**given))
        return 404, {"error": "no such thing"}


@lru_cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))


def problems(schema: str, message: object) -> list[str]:
    """What in `message` does not follow the shipped schema, by place; empty when it does."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in _validator(schema).iter_errors(message)
    ]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    services: dict[str, FakeService]
    """By the first part of the path."""
    service: FakeService

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: requests carry personal data."""

    def _serve(self, method: str) -> None:
        call = self._call(method)
        _, first, *rest = call.path.split("/", 2)
        if first not in self.services:
            return self._send(404, {"error": "no such service"})
        self.service = self.services[first]
        call = Call(**{**call.__dict__, "path": "/" + "".join(rest)})
        steering = self.service.control(call)
        if steering is not None:
            return self._send(*steering)
        fault = self.service.fault_for(call.path)
        kind = fault.kind if fault else ""
        if fault and kind == "slow":
            time.sleep(fault.seconds)
        if fault and kind == "error":
            return self._send(fault.status, {"error": "out of order"})
        if kind == "reset":
            return self._hang_up()
        if kind == "wrong":
            call = Call(**{**call.__dict__, "wrong": True})
        answer = self.service.answer(call, self.headers.get("Authorization", ""))
        return self._spoil(kind, fault, answer)

    def _spoil(self, kind: str, fault: Fault | None, answer: Answer) -> None:
        if isinstance(answer[1], str):
            return self._page(answer[0], answer[1])
        content = json.dumps(answer[1]).encode()
        if kind == "lost_answer":
            return self._hang_up()
        if kind == "malformed":
            return self._write(200, b'{"almost": ')
        if kind == "cut":
            return self._write(answer[0], content[: len(content) // 2], length=len(content))
        if kind == "drip" and fault is not None:
            return self._drip(content, fault.seconds)
        return self._write(answer[0], content)

    def _call(self, method: str) -> Call:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        is_form = "urlencoded" in self.headers.get("Content-Type", "")
        try:
            body = dict(parse_qsl(raw.decode())) if is_form else json.loads(raw) if raw else {}
        except ValueError:
            body = {"not": "JSON"}
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        return Call(method, address.path, query, body, self.headers.get("Idempotency-Key"))

    def _page(self, status: int, text: str) -> None:
        self.send_response(status)
        content = b"" if status == 303 else text.encode()
        if status == 303:
            self.send_header("Location", text)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send(self, status: int, body: dict[str, Any] | str) -> None:
        self._write(status, json.dumps(body).encode())

    def _write(self, status: int, content: bytes, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = length is not None

    def _drip(self, content: bytes, seconds: float) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(seconds)
        except OSError:
            self.close_connection = True

    def _hang_up(self) -> None:
        """A reset instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about: no traceback."""


def create_server(services: dict[str, FakeService], port: int) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 with each service under its name; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"services": services})
    return _Server(("127.0.0.1", port), handler)
