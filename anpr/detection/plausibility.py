"""Is this box a plate at all, or a shop sign, a grille, a clock burnt into the video?

By what both models say together and by the text's form. Measured on photos without plates: the
detector alone takes one sign in a few dozen photos for a plate, and of such boxes the recogniser
makes a text in which it hardly believes itself; of real plates, however small, it believes a
hundred times more.
"""

from anpr.recognition.decoding import plain_text
from anpr.types import PlateRead

CERTAIN_BOX = 0.8
"""Detector score from which a box is a plate even if nobody can read it: a dirty one."""
SURE_BOX = 0.6
SOME_BELIEF = 0.002
"""Probability of the text that is enough for a box the detector is sure of."""
BELIEF = 0.05
"""The same for a box that the detector doubts."""
MIN_LENGTH = 4


def is_plausible(read: PlateRead) -> bool:
    """Whether detector and recogniser together believe that this is a plate."""
    probability = read.candidates[0].probability if read.candidates else 0.0
    seen = plain_text(read.slots, read.alphabet)  # a word's I, read as a 1, is no digit
    return may_be_plate(seen, probability, read.detection_confidence)


def may_be_plate(text: str, probability: float, detection: float) -> bool:
    """The same of a text, its probability among all texts, and the detector's score."""
    if detection >= CERTAIN_BOX:
        return True
    if not has_form(text):
        return False
    return probability >= (SOME_BELIEF if detection >= SURE_BOX else BELIEF)


def has_form(text: str) -> bool:
    """Whether a text is long enough and has the digits that every ordinary plate has.

    A word on a sign has none. Personalised plates may have none either; the detector is sure of
    those.
    """
    return len(text) >= MIN_LENGTH and any(c.isdigit() for c in text)
