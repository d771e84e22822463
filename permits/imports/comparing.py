"""Tonight's register against what is known, and when a person has to look first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.words import N_
from permits.imports.records import Record

TOO_MUCH = 0.10
"""A tenth fewer rows, or a tenth of all entitlements ended, in one night is no ordinary night."""


@dataclass(frozen=True)
class Difference:
    """What an import would do. Keys are keyed hashes."""

    added: tuple[Record, ...]
    changed: tuple[Record, ...]
    ended: tuple[bytes, ...]
    unchanged: int


@dataclass(frozen=True)
class Objection:
    """Why nothing is applied before somebody has looked."""

    problem: str
    """A message id."""
    values: dict[str, int]


def compare(
    known: Mapping[bytes, bytes],
    tonight: Mapping[bytes, tuple[bytes, Record]],
    spared: frozenset[bytes],
) -> Difference:
    """Difference between two registers, each key hash to fingerprint.

    A key in `spared`, of which only a bad line spoke, is not ended.
    """
    added = [record for key, (_, record) in tonight.items() if key not in known]
    both = [(known[key], *tonight[key]) for key in tonight if key in known]
    changed = [record for before, after, record in both if before != after]
    ended = [key for key in known if key not in tonight and key not in spared]
    return Difference(tuple(added), tuple(changed), tuple(sorted(ended)), len(both) - len(changed))


def objection(
    difference: Difference, *, known: int, rows: int, rows_before: int | None
) -> Objection | None:
    """What speaks against applying `difference` unseen; None when nothing does.

    `known` are the entitlements in force, `rows_before` the rows of the last applied import.
    """
    if rows == 0:
        return Objection(N_("The register is empty: nothing was changed."), {})
    if rows_before and rows <= rows_before * (1 - TOO_MUCH):
        return Objection(
            N_(
                "The register has %(rows)s rows, and had %(before)s the last time: somebody has "
                "to look before anything ends."
            ),
            {"rows": rows, "before": rows_before},
        )
    if known and len(difference.ended) >= known * TOO_MUCH:
        return Objection(
            N_(
                "%(ended)s of %(known)s entitlements would end: somebody has to look before "
                "anything ends."
            ),
            {"ended": len(difference.ended), "known": known},
        )
    return None
