"""Errors of the residents' app, below those of `core.errors`.

InvalidInput
└── UnusualPlate            fits no known format and was not confirmed
"""

from core.errors import InvalidInput


class UnusualPlate(InvalidInput):
    title = "Unusual plate"
