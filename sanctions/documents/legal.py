"""Authority, bodies and legal texts of documents, by zone and day: data, not code."""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import SetupProblem

EXAMPLE = Path(__file__).parent / "legal" / "example.toml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Part):
    """The same in both official languages."""

    es: str
    eu: str

    def in_language(self, language: str) -> str:
        return self.eu if language == "eu" else self.es


class Authority(_Part):
    """Who sanctions. Instructing and resolving are different bodies (Ley 39/2015, 63.1)."""

    name: Text
    area: Text
    instructor: Text
    resolver: Text
    address: tuple[str, ...]
    phone: str
    seat: str
    """Address of the electronic office."""
    test_notice: Text
    """Across documents outside production."""


class Option(_Part):
    """Something that the person may do, and until when."""

    title: Text
    term: Text
    text: Text


class LegalTexts(_Part):
    """What documents say that no case decides."""

    valid_from: date
    valid_to: date | None = None
    zones_only: tuple[str, ...] = Field(default=(), alias="for")
    """Codes of the zones it is for; empty: all."""
    authority: Authority
    zones: dict[str, Text] = {}
    """Names of zones by code."""
    not_on_the_spot: Text
    agent_statement: Text
    options: tuple[Option, ...]
    notices: tuple[Text, ...]
    appeal: Text
    payment_when_firm: Text
    paid_reduced: Text
    submission_follow_up: Text
    information: tuple[Text, ...]
    data_protection: Text

    def holds(self, zone: str, day: date) -> bool:
        in_time = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return in_time and (not self.zones_only or zone in self.zones_only)

    def zone_name(self, zone: str, language: str) -> str:
        name = self.zones.get(zone)
        return name.in_language(language) if name else zone


@lru_cache(maxsize=4)
def load_texts(path: Path = EXAMPLE) -> tuple[LegalTexts, ...]:
    """All texts of the file. Raises SetupProblem, naming the file and the field."""
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(LegalTexts.model_validate(one) for one in content["texts"])
    except OSError as error:
        raise SetupProblem("The legal texts %(file)s cannot be read.", file=str(path)) from error
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise SetupProblem(
            "The legal texts %(file)s cannot be used: %(where)s %(why)s.",
            file=str(path),
            where=where,
            why=fault["msg"],
        ) from error
    except (KeyError, ValueError) as error:
        raise SetupProblem(
            "The legal texts %(file)s are no TOML file with [[texts]].", file=str(path)
        ) from error


def texts_on(path: Path | None, zone: str, day: date) -> LegalTexts:
    """The latest that hold for `zone` on `day`.

    Raises SetupProblem: none do; a document without legal texts would be void.
    """
    source = path or EXAMPLE
    holding = [texts for texts in load_texts(source) if texts.holds(zone, day)]
    if not holding:
        raise SetupProblem(
            "The legal texts %(file)s say nothing for zone '%(zone)s' on %(day)s. Add them, then "
            "the document is made.",
            file=str(source),
            zone=zone,
            day=day.isoformat(),
        )
    return max(holding, key=lambda texts: texts.valid_from)
