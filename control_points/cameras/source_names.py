"""What a configuration may name as a camera's source, and how it may be shown.

Addresses of cameras carry passwords: everything that is logged, shown or sent uses the label.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from core.errors import InvalidInput

STREAM_SCHEMES = frozenset({"rtsp", "rtsps", "http", "https"})
_USB = re.compile(r"usb:(\d{1,2}|/dev/[\w./-]+)")


class SourceKind(StrEnum):
    MANIFEST = "manifest"
    """The clips that the manifest lists for this camera."""
    PATH = "path"
    """A video file, or a folder of clips or photos."""
    STREAM = "stream"
    USB = "usb"


@dataclass(frozen=True)
class SourceName:
    kind: SourceKind
    address: str
    """Path, URL with its password, or the USB camera's number or device file."""

    @property
    def is_live(self) -> bool:
        return self.kind in {SourceKind.STREAM, SourceKind.USB}

    @property
    def label(self) -> str:
        """The address without user name, password and query; safe to show."""
        if self.kind is SourceKind.USB:
            return f"usb:{self.address}"
        return without_password(self.address)

    def __repr__(self) -> str:
        return f"SourceName({self.kind.value}, {self.label})"


def without_password(text: str) -> str:
    """`text` with user names, passwords and queries of URLs in it replaced by ``***``."""
    return re.sub(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s'\"]+", lambda m: _shown_url(m.group()), text)


def _shown_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.split("://", 1)[0] + "://***"
    host = parts.netloc.rpartition("@")[2]
    netloc = f"***@{host}" if "@" in parts.netloc else host
    return urlunsplit((parts.scheme, netloc, parts.path, "***" if parts.query else "", ""))


def parse_source(text: str, base: Path) -> SourceName:
    """Read a source as the configuration spells it; paths are relative to `base`.

    Raises:
        InvalidInput: a scheme that can't be a camera, or a URL without a host.
    """
    if text == "manifest":
        return SourceName(SourceKind.MANIFEST, "manifest")
    if usb := _USB.fullmatch(text):
        return SourceName(SourceKind.USB, usb.group(1))
    if "://" not in text and not text.startswith("usb:"):
        return SourceName(SourceKind.PATH, str(base / Path(text).expanduser()))
    scheme = text.split(":", 1)[0].lower()
    if scheme not in STREAM_SCHEMES or not _has_host(text):
        raise InvalidInput(
            f"'{without_password(text)}' is not a source: give a file, a folder, 'manifest', "
            "an rtsp:// or http:// address with a host, or usb:0."
        )
    return SourceName(SourceKind.STREAM, text)


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
