"""The control digit of a case number, as the Catalan traffic service publishes it for its own.

Territory and number (padded to seven digits) are joined and added to the issuer number; the digits
of the sum, last first, are weighted 2, 3, ... 9, 2, 3, 4; the remainder of their sum by 11 is the
digit, 10 counting as 0 (ConsorciAOC/SCT-DENUNCIES, annex 4.1). Pure.
"""

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4)


def control_digit(territory: str, number: int, issuer: str) -> int:
    """The digit of `number` (at most eight digits). Raises ValueError for anything else."""
    if not 0 < number <= 99_999_999:
        raise ValueError(f"A case number has one to eight digits, not '{number}'.")
    total = int(f"{territory}{number:07d}") + int(issuer)
    digits = reversed(str(total))
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return weighted % 11 % 10
