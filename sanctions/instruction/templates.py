"""Texts from which proposals begin: data, in Spanish and Basque."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.clock import municipal
from sanctions.errors import UnknownReason
from sanctions.instruction.kinds import Outcome
from sanctions.models import InfractionCase

_FILE = Path(__file__).with_name("templates.toml")
LANGUAGES = ("es", "eu")
"""The procedure's languages: a document in English has no legal force here."""


@dataclass(frozen=True)
class Template:
    code: str
    outcome: Outcome
    labels: dict[str, str]
    texts: dict[str, str]


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """All of them by code, in the file's order."""
    rows = tomllib.loads(_FILE.read_text())
    return {
        code: Template(
            code,
            Outcome(row["outcome"]),
            row["label"],
            {language: row[language].strip() for language in LANGUAGES},
        )
        for code, row in rows.items()
    }


def begin(case: InfractionCase, code: str, language: str) -> str:
    """The text of template `code` about `case`. Raises UnknownReason for another code."""
    template = templates().get(code)
    if template is None:
        raise UnknownReason("There is no template '%(code)s'.", code=code[:40])
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    cents = case.amount_cents or 0
    return template.texts[spoken].format(
        case=case.reference,
        plate=case.plate,
        place=case.control_point_name,
        time=f"{municipal(case.seen_at):%d-%m-%Y %H:%M:%S}",
        agent=case.agent_number or "-",
        amount=f"{cents // 100},{cents % 100:02d} €",
    )
