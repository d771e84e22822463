"""Glyphs are told apart, also those no free font has."""

import numpy as np
import pytest

from anpr.synthesis import fonts, strokes
from anpr.synthesis.formats import DIGITS, LETTERS


def drawn(char: str, *, forgery_impeding: bool = True) -> np.ndarray:
    mask = strokes.glyph(char, 64, forgery_impeding=forgery_impeding)
    return np.pad(mask, ((0, 0), (0, 96 - mask.shape[1]))) > 127


@pytest.mark.parametrize("forgery_impeding", [True, False])
def test_no_two_drawn_characters_look_the_same(forgery_impeding: bool) -> None:
    glyphs = {c: drawn(c, forgery_impeding=forgery_impeding) for c in DIGITS + LETTERS}
    alike = [
        (a, b) for a in glyphs for b in glyphs if a < b and (glyphs[a] != glyphs[b]).mean() < 0.015
    ]
    assert alike == ([] if forgery_impeding else [("0", "O")])


@pytest.mark.parametrize("char", "MW")
def test_german_m_and_w_are_as_narrow_as_other_letters(char: str) -> None:
    wide = strokes.glyph(char, 96, forgery_impeding=False).shape[1]
    narrow = strokes.glyph(char, 96, forgery_impeding=True).shape[1]
    h = strokes.glyph("H", 96, forgery_impeding=True).shape[1]

    assert narrow <= h * 1.05
    assert narrow < wide * 0.9


def test_boldness_thickens_strokes() -> None:
    face = fonts.Face(fonts.DRAWN_DIN)
    thin, bold = (fonts.glyph(face, "I", boldness).shape[1] for boldness in (0, 4))
    assert bold == thin + 8


def test_every_family_has_a_face_on_every_machine() -> None:
    rng = np.random.default_rng(0)
    for family in fonts.FAMILIES:
        assert fonts.glyph(fonts.pick_face(family, rng), "A").max() > 200
