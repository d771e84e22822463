"""The colours of the style sheet can be read by everybody (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import core.web

STYLE_SHEET = Path(core.web.__path__[0]) / "static" / "sarbide.css"
TEXT, PARTS = 4.5, 3.0

PAIRS = [
    ("ink", "ground", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "sunken", TEXT),
    ("ink-soft", "ground", TEXT),
    ("ink-soft", "surface", TEXT),
    ("ink-soft", "sunken", TEXT),
    ("link", "ground", TEXT),
    ("link", "surface", TEXT),
    ("brand-ink", "brand", TEXT),
    ("brand-ink", "brand-strong", TEXT),
    ("focus", "ground", PARTS),
    ("focus", "surface", PARTS),
    ("line-strong", "surface", PARTS),
    *((tone, f"{tone}-ground", TEXT) for tone in ("ok", "pending", "alert", "info", "off")),
    *(("ink", f"{tone}-ground", TEXT) for tone in ("ok", "pending", "alert", "info", "off")),
]


def _tokens() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r"\{([^{}]*--ground:[^{}]*)\}", STYLE_SHEET.read_text())
    return {
        scheme: dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))
        for scheme, block in (("light", light), ("dark", dark))
    }


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(scheme: str, front: str, back: str, least: float) -> None:
    colours = _tokens()[scheme]
    assert _contrast(colours[front], colours[back]) >= least
