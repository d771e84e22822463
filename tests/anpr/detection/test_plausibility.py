from dataclasses import replace

import pytest

from anpr.detection.plausibility import is_plausible
from anpr.types import PlateCandidate, PlateRead
from tests.anpr.builders import a_read


def seen(text: str, probability: float, detection: float) -> PlateRead:
    read = a_read(text, detection_confidence=detection)
    return replace(read, candidates=(PlateCandidate(text, probability),))


@pytest.mark.parametrize(
    ("text", "probability", "detection", "is_plate"),
    [
        ("1234BBC", 0.9, 0.4, True),  # both see it, the detector from afar
        ("1234BBC", 0.01, 0.7, True),  # blurred, but a plate
        ("1284BBG", 0.0001, 0.75, False),  # a grille: the recogniser believes in nothing
        ("1284BBG", 0.01, 0.45, False),
        ("", 0.0, 0.85, True),  # covered in mud; the detector is certain
        ("", 0.0, 0.7, False),
        ("FARMACIA", 0.9, 0.7, False),  # a shop's sign has no digits
        ("SARBIDE", 0.9, 0.9, True),  # a personalised plate: the detector is certain
        ("24H", 0.9, 0.7, False),
    ],
)
def test_both_models_and_the_texts_form_decide(
    text: str, probability: float, detection: float, is_plate: bool
) -> None:
    assert is_plausible(seen(text, probability, detection)) == is_plate
