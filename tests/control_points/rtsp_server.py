"""An RTSP camera for tests: `/usr/bin/python3 rtsp_server.py`; prints its port.

Runs with the system's Python, which has GStreamer; ends when standard input closes.
"""

import os
import signal
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PIPELINE = (
    "( videotestsrc is-live=true pattern=smpte "
    "! video/x-raw,format=I420,width=320,height=240,framerate=15/1 "
    "! jpegenc ! rtpjpegpay name=pay0 pt=26 )"
)


def main() -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(PIPELINE)
    factory.set_shared(True)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    threading.Thread(target=leave_with_test, daemon=True).start()
    GLib.MainLoop().run()


def leave_with_test() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)


main()
