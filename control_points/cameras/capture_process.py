"""The process that holds one live camera open: its module run with ``python -m``.

A camera driver or network library that hangs or crashes takes this process with it and not the
worker, which watches and replaces it. The camera's address comes through standard input, so that
its password is in no process list; when standard input closes, the worker is gone, and this
process goes too.
"""

import json
import os
import sys
import threading
from typing import Any

from control_points.cameras.capture_wire import Kind, write_message


def main() -> None:
    """Serve one camera until it fails or the worker is gone."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order = json.loads(line)
    pipe = os.dup(1)
    _silence()
    threading.Thread(target=_leave_with_worker, daemon=True).start()
    try:
        _say(pipe, Kind.READY, "")
        _say(pipe, Kind.PROBLEM, _serve(order, pipe))
    except BrokenPipeError:
        pass
    os._exit(0)


def _silence() -> None:
    """Whatever libraries print would mix with frames, or show an address with its password."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ.update({"OPENCV_LOG_LEVEL": "SILENT", "OPENCV_FFMPEG_LOGLEVEL": "-8"})


def _leave_with_worker() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def _say(pipe: int, kind: Kind, text: str) -> None:
    write_message(pipe, kind, memoryview(text.encode()), 0, (0, 0))


def _serve(order: dict[str, Any], pipe: int) -> str:
    """Send frames until there are none; why it ended."""
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = f"rtsp_transport;{order['rtsp_transport']}"
    import cv2  # noqa: PLC0415 - only after its settings are in the environment

    camera = _open(cv2, order)
    if not camera.isOpened():
        return "does not answer"
    number = 0
    while camera.grab():
        read, image = camera.retrieve()
        if read:
            size = (image.shape[1], image.shape[0])
            write_message(pipe, Kind.FRAME, memoryview(image).cast("B"), number, size)
        number += 1
    return "stopped giving pictures"


def _open(cv2: Any, order: dict[str, Any]) -> Any:
    if order["kind"] == "usb":
        address = order["address"]
        return cv2.VideoCapture(int(address) if address.isdigit() else address, cv2.CAP_V4L2)
    limits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        int(order["open_timeout"] * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        int(order["read_timeout"] * 1000),
    ]
    return cv2.VideoCapture(order["address"], cv2.CAP_FFMPEG, limits)


if __name__ == "__main__":
    main()
