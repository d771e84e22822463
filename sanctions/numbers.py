"""Numbers that are no money, as people write them: 97,0 in Spanish and Basque, 97.0 in English."""

from babel.numbers import format_decimal

from core.web.translations import current_language


def one_decimal(value: float) -> str:
    """In the language of the page or paper that is being made."""
    return format_decimal(value, format="#,##0.0", locale=current_language.get())
