"""A municipal register service for tests: ``python municipal_server.py STATE_FILE``.

A process of its own. It reads from STATE_FILE, at every request, what it has and how it behaves:

    {"token": "...", "page_size": 2, "registers": {"residents": [{...}, ...]}, "mode": "slow"}

Modes: ``well``, ``slow`` (answers after a while), ``failing`` (HTTP 500), ``busy`` (500 once, then
well), ``html`` (a page for people), ``short`` (fewer rows than promised), ``changing`` (each page
of another generation), ``other`` (another register than asked for), ``bare`` (JSON without what
belongs there), ``gone`` (404).
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

SLOW_SECONDS = 2.0


class Handler(BaseHTTPRequestHandler):
    state_file: Path
    asked: dict[str, int] = {}  # noqa: RUF012 -- how often, for the mode "busy"

    def do_GET(self) -> None:
        state: dict[str, Any] = json.loads(self.state_file.read_text())
        parts = urlsplit(self.path)
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        self.asked[self.path] = self.asked.get(self.path, 0) + 1
        mode = state.get("mode", "well")
        if self.headers.get("Authorization") != f"Bearer {state['token']}":
            return self._send(401, {"error": "token"})
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        if mode == "failing" or (mode == "busy" and self.asked[self.path] == 1):
            return self._send(500, {"error": "the database is down"})
        if mode == "html":
            return self._send(200, b"<html>Maintenance tonight</html>", "text/html")
        kind = parts.path.rsplit("/", 1)[-1]
        if mode == "gone" or kind not in state["registers"]:
            return self._send(404, {"error": "no such register"})
        return self._send(200, _page(state, kind, page, mode))

    def _send(self, status: int, body: Any, media_type: str = "application/json") -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


def _page(state: dict[str, Any], kind: str, page: int, mode: str) -> Any:
    if mode == "bare":
        return {"rows": []}
    rows, size = state["registers"][kind], state.get("page_size", 2)
    chosen = rows[(page - 1) * size : page * size]
    return {
        "register": "garages" if mode == "other" else kind,
        "generated_at": f"2026-10-20T01:00:0{page if mode == 'changing' else 0}Z",
        "total": len(rows),
        "page": page,
        "pages": max(1, -(-len(rows) // size)),
        "rows": chosen[:-1] if mode == "short" else chosen,
    }


def main() -> None:
    Handler.state_file = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
