"""Decisions kept as JSON and asked again: the same inputs give the same answer, years later.

Fields added later have defaults, so an old document stays readable.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.errors import InvalidInput
from core.plates import PlateNumber
from permits.access import AccessDecision, AccessQuery, Grant, decide

ERASED_PLATE = PlateNumber("ERASED")
"""Stands where a plate was; no country has such a format."""


@lru_cache(maxsize=1)
def _queries() -> TypeAdapter[AccessQuery]:
    return TypeAdapter(AccessQuery)


@lru_cache(maxsize=1)
def _decisions() -> TypeAdapter[AccessDecision]:
    return TypeAdapter(AccessDecision)


def query_to_json(query: AccessQuery) -> dict[str, Any]:
    """`query` as JSON values; `query_from_json` gives back an equal one."""
    return _sorted_sets(_queries().dump_python(query, mode="json"))


def query_from_json(document: dict[str, Any]) -> AccessQuery:
    """Raises InvalidInput when `document` is no query."""
    try:
        return _queries().validate_python(document)
    except ValidationError as error:
        raise InvalidInput(f"The stored access query cannot be read: {_first(error)}") from error


def decision_to_json(decision: AccessDecision) -> dict[str, Any]:
    """`decision` as JSON values; `decision_from_json` gives back an equal one."""
    document: dict[str, Any] = _decisions().dump_python(decision, mode="json")
    return document


def decision_from_json(document: dict[str, Any]) -> AccessDecision:
    """Raises InvalidInput when `document` is no decision."""
    try:
        return _decisions().validate_python(document)
    except ValidationError as error:
        raise InvalidInput(f"The stored decision cannot be read: {_first(error)}") from error


def replay(document: dict[str, Any]) -> AccessDecision:
    """Decide a stored query again. Raises InvalidInput when `document` is no query."""
    return decide(query_from_json(document))


def without_identity(query: AccessQuery) -> AccessQuery:
    """`query` without plate and without the references that lead to a holder, still replayable.

    What stays of an authorised passage 24 hours after its stay has closed. References keep their
    order, so the same grant is chosen.
    """
    names = {
        reference: f"G-{place:02d}"
        for place, reference in enumerate(sorted({g.reference for g in _all_grants(query)}), 1)
    }
    return replace(
        query,
        plate=None if query.plate is None else ERASED_PLATE,
        grants=_renamed(query.grants, names),
        other_candidates=tuple(
            replace(
                other,
                plate=None if other.plate is None else ERASED_PLATE,
                grants=_renamed(other.grants, names),
            )
            for other in query.other_candidates
        ),
    )


def _all_grants(query: AccessQuery) -> tuple[Grant, ...]:
    return query.grants + tuple(g for other in query.other_candidates for g in other.grants)


def _renamed(grants: tuple[Grant, ...], names: dict[str, str]) -> tuple[Grant, ...]:
    return tuple(replace(grant, reference=names[grant.reference]) for grant in grants)


def _sorted_sets(document: dict[str, Any]) -> dict[str, Any]:
    """Sets in a fixed order, so that equal queries make equal documents."""
    document["holidays"].sort()
    document["loading_classes"].sort()
    others = [window for windows in document["other_open_windows"] for window in windows]
    for window in document["loading_windows"] + document["open_windows"] + others:
        window["days"].sort()
    grants = document["grants"] + [g for c in document["other_candidates"] for g in c["grants"]]
    for grant in grants:
        grant["vehicle_classes"].sort()
        for window in grant["windows"]:
            window["days"].sort()
    return document


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
