"""Waking workers: from any thread, without ever making a request wait or fail."""

import threading

import structlog

_log = structlog.get_logger()


class Waker:
    """Sends one wake-up message, however often it is called meanwhile.

    Celery is imported and the broker called in a thread of its own. A message that is lost costs
    a second: beat wakes the workers anyway.
    """

    def __init__(self) -> None:
        self._called = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Some job is due."""
        self._called.set()

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        self._called.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        from control_center.background.celery_app import DRAIN, app  # noqa: PLC0415 -- slow

        while not self._stopping:
            self._called.wait()
            self._called.clear()
            try:
                app.send_task(DRAIN, expires=30, retry=False)
            except Exception as error:  # the broker's errors are many, and beat makes up for them
                _log.warning("workers_not_woken", error=str(error))
