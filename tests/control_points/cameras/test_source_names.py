"""What may be named as a camera, and how it is shown."""

from pathlib import Path

import pytest

from control_points.cameras.source_names import SourceKind, parse_source, without_password
from core.errors import InvalidInput

HERE = Path("/footage")


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "kind", "address"),
        [
            ("manifest", SourceKind.MANIFEST, "manifest"),
            ("a/b.mp4", SourceKind.PATH, "/footage/a/b.mp4"),
            ("/other/b.mp4", SourceKind.PATH, "/other/b.mp4"),
            ("rtsp://u:p@cam:554/1", SourceKind.STREAM, "rtsp://u:p@cam:554/1"),
            ("https://cam/mjpeg", SourceKind.STREAM, "https://cam/mjpeg"),
            ("usb:0", SourceKind.USB, "0"),
            ("usb:/dev/video2", SourceKind.USB, "/dev/video2"),
        ],
    )
    def test_each_kind_is_recognised(self, text: str, kind: SourceKind, address: str) -> None:
        source = parse_source(text, HERE)
        assert (source.kind, source.address) == (kind, address)
        assert source.is_live == (kind in {SourceKind.STREAM, SourceKind.USB})

    @pytest.mark.parametrize("text", ["ftp://cam/1", "rtsp://", "usb:camera", "rtsp://[broken/1"])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidInput, match="is not a source"):
            parse_source(text, HERE)


class TestShowing:
    @pytest.mark.parametrize(
        "address",
        [
            "rtsp://admin:hunter2@cam:554/live",
            "rtsp://admin:hunter2@x@cam:554/live",
            "http://cam/mjpeg?user=admin&password=hunter2",
            "rtsp://hunter2@[broken/1",
        ],
    )
    def test_no_password_is_shown(self, address: str) -> None:
        assert "hunter2" not in without_password(f"can't open '{address}' now")

    def test_host_and_path_stay_readable(self) -> None:
        assert without_password("rtsp://a:b@cam:554/live") == "rtsp://***@cam:554/live"
        assert "hunter2" not in repr(parse_source("rtsp://a:hunter2@cam/1", HERE))
