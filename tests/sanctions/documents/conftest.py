"""Documents need no timestamp authority: without one they carry the city's seal alone."""

from tests.sanctions.evidence.conftest import authority

__all__ = ["authority"]
