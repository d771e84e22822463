"""Words of ours inside values: marked in the code, translated when they are shown."""


class Word(str):
    """A message id. Filled into another message, it is translated with it."""

    __slots__ = ()


def N_(message: str) -> Word:
    """Mark `message` for translation without translating it yet."""
    return Word(message)
