"""A relay between an edge box and the centre that counts every byte of the line."""

import socket
import threading
import time
from contextlib import suppress

_CHUNK = 65_536


class CountingRelay:
    """Listens on a port of its own and passes everything on to `port`, both on this machine."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._sent = 0
        self.first_at: float | None = None
        """By `time.monotonic`: when the box first called."""
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    @property
    def bytes(self) -> int:
        """Of both directions, headers included, since the beginning."""
        with self._lock:
            return self._sent

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                box, _ = self._server.accept()
                self.first_at = self.first_at or time.monotonic()
                self._join(box)

    def _join(self, box: socket.socket) -> None:
        try:
            centre = socket.create_connection(self._target)
        except OSError:
            box.close()
            return
        for source, sink in ((box, centre), (centre, box)):
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                with self._lock:
                    self._sent += len(chunk)
                sink.sendall(chunk)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
