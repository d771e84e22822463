"""Sentences that are kept and read later, by people of another language: stored as message id and
values, put together when they are shown."""

import json
from collections.abc import Mapping

from core.errors import SarbideError
from core.web.translations import translate
from core.words import Word


def kept(error: SarbideError) -> str:
    """What `error` says, as it is stored."""
    return sentence(error.template, **error.details)


def sentence(message: str, **values: object) -> str:
    """`message` (a message id) with its values, as it is stored."""
    texts = {name: str(value) for name, value in values.items()}
    return json.dumps({"sentence": message, "values": texts}, ensure_ascii=False)


def shown(stored: str | None, language: str) -> str:
    """What was stored, in `language`; what people wrote stays as they wrote it."""
    found = _parsed(stored or "")
    if found is None:
        return stored or ""
    message, values = found
    try:
        return translate(message, language, **{name: Word(text) for name, text in values.items()})
    except (KeyError, TypeError, ValueError):
        return message


def _parsed(stored: str) -> tuple[str, Mapping[str, str]] | None:
    if not stored.startswith('{"sentence": '):
        return None
    try:
        content = json.loads(stored)
        return str(content["sentence"]), dict(content["values"])
    except (ValueError, KeyError, TypeError):
        return None
