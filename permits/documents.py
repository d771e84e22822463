"""Spanish identity numbers: the letter of a DNI or NIE follows from its digits.

The remainder of the number by 23 chooses the letter; the X, Y or Z of a foreigner's NIE counts as
0, 1 or 2 (Ministry of the Interior, "Cálculo del dígito de control del NIF/NIE"). Other
documents, passports among them, have no letter that could be checked here.
"""

import re

from core.errors import InvalidInput

CHECK_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_CHECKED = re.compile(r"([0-9XYZ][0-9]{7})([A-Z])")


def plain_document(document: str) -> str:
    """Capitals and digits, without the spaces, dots and dashes that people write between them."""
    return "".join(c for c in document.upper() if c.isalnum())


def check_letter(number: int) -> str:
    """The letter that belongs to the number of a DNI."""
    return CHECK_LETTERS[number % len(CHECK_LETTERS)]


def check_document(document: str) -> None:
    """Refuse a DNI or NIE with a mistyped digit or letter; spaces, dots and dashes don't matter.

    Raises:
        InvalidInput: the letter does not go with the digits.
    """
    found = _CHECKED.fullmatch(plain_document(document))
    if found is None:
        return
    digits = found[1].translate(str.maketrans("XYZ", "012"))
    if check_letter(int(digits)) != found[2]:
        raise InvalidInput(
            "The letter of this DNI or NIE does not go with its digits: look at the card again."
        )
