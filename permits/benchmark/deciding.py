"""How long one decision takes, with thirty grants of every kind."""

from datetime import UTC, datetime

from core.plates import PlateNumber
from permits.access import (
    AccessQuery,
    ControlPointRules,
    Grant,
    Movement,
    PointHealth,
    PointMode,
    Tier,
    Window,
    decide,
)
from permits.benchmark.report import Line, timing

GRANTS = 30
BOUND_US = 50.0
_RUNS = 5_000
_AT = datetime(2026, 10, 20, 7, 30, tzinfo=UTC)
_MORNING = (Window(frozenset(range(8)), 480, 660), Window(frozenset(range(4)), 1260, 1380))
_LOADING = (Window(frozenset(range(6)), 480, 660),)
_EVENING = (Window(frozenset(range(8)), 1080, 1380),)


def thirty_grants(*, allowing: bool) -> tuple[Grant, ...]:
    """Quota rights, loading permits, garages of other gates and rights outside their hours."""
    used = 0 if allowing else 4
    return tuple(_KINDS[number % len(_KINDS)](f"X-{number:04d}", used) for number in range(GRANTS))


def _grant(reference: str, tier: Tier, windows: tuple[Window, ...], **more: object) -> Grant:
    return Grant(
        reference=reference,
        profile="some",
        tier=tier,
        zones=("old-quarter",),
        control_points=(),
        windows=windows,
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=None,
        **more,  # type: ignore[arg-type]
    )


def _quota(reference: str, used: int) -> Grant:
    limits = {"entries_per_month": 4, "entries_per_year": 48, "max_stay_minutes": 30}
    counts = {"used_this_month": used, "used_this_year": used}
    return _grant(reference, Tier.QUOTA, _MORNING, **limits, **counts)


def _loading(reference: str, _: int) -> Grant:
    classes = frozenset({"van", "lorry"})
    return _grant(reference, Tier.LOADING, _LOADING, vehicle_classes=classes, max_mass_kg=5500)


def _evening(reference: str, _: int) -> Grant:
    return _grant(reference, Tier.SPECIFIC, _EVENING)


_KINDS = (_quota, _loading, _evening)


def query_of(grants: tuple[Grant, ...]) -> AccessQuery:
    """A car enters on a Tuesday at half past nine."""
    return AccessQuery(
        plate=PlateNumber("1234BBC"),
        confidence=0.98,
        syntax_valid=True,
        movement=Movement.ENTRY,
        seen_at=_AT,
        point=ControlPointRules(
            "CP-01", ("old-quarter",), Movement.ENTRY, PointMode.ENFORCING, PointHealth.OK
        ),
        grants=grants,
        loading_windows=_LOADING,
        loading_classes=frozenset({"van", "lorry"}),
        known_vehicle_class="car",
    )


def measure(runs: int = _RUNS) -> list[Line]:
    """Median of a decision that allows and of one that refuses."""
    lines = []
    for allowing, word in ((True, "allowed"), (False, "refused")):
        query = query_of(thirty_grants(allowing=allowing))
        taken = timing(lambda _, q=query: decide(q), runs)  # type: ignore[misc]
        note = f"CPU; {taken.elapsed:.1f} us elapsed"
        lines.append(Line(f"decide(), {GRANTS} grants, {word}", taken.cpu, "us", BOUND_US, note))
    return lines
