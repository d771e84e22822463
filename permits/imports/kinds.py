"""The municipal registers that Sarbide reads: their columns, and the right that a line gives."""

from dataclasses import dataclass

from core.errors import InvalidInput
from core.words import N_, Word

COMMON_OPTIONAL = ("valid_from", "valid_until", "language", "zones")


@dataclass(frozen=True)
class RegisterKind:
    """One register. Its columns are documented for those who export it in docs/imports.md."""

    code: str
    name: Word
    profile: str
    key: str
    """The column that tells lines apart; of a fleet, the plate."""
    required: tuple[str, ...]
    optional: tuple[str, ...] = COMMON_OPTIONAL
    capacity: int = 2
    """Vehicles per line, where the line does not say."""
    is_fleet: bool = False
    """Each line is one vehicle, and those of one owner are one authorisation."""
    grants_at_once: bool = False
    """Lines with plates become authorisations without anybody applying."""
    grace_days: int = 15
    """How long an authorisation goes on when its line has gone, so that nobody is surprised."""
    default_class: str | None = None
    profiles: tuple[str, ...] = ()
    """Profiles that the column ``service`` may choose instead of `profile`."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


_VEHICLE = ("vehicle_class", "mass_kg", "height_cm")

KINDS = {
    kind.code: kind
    for kind in (
        RegisterKind(
            "residents",
            N_("Register of residents"),
            "resident",
            key="residence_id",
            required=("residence_id", "document", "name", "address"),
        ),
        RegisterKind(
            "business-licences",
            N_("Business licences"),
            "shop",
            key="licence",
            required=("licence", "document", "name", "address"),
        ),
        RegisterKind(
            "garages",
            N_("Municipal garages"),
            "garage",
            key="space",
            required=("space", "document", "name", "plates"),
            optional=("address", "capacity", *COMMON_OPTIONAL),
            grants_at_once=True,
        ),
        RegisterKind(
            "disabled-badges",
            N_("Disabled badges"),
            "disabled_badge",
            key="badge",
            required=("badge", "document", "name"),
            optional=("plates", "address", *COMMON_OPTIONAL),
            grants_at_once=True,
            grace_days=30,
        ),
        RegisterKind(
            "taxi-licences",
            N_("Taxi and VTC licences"),
            "taxi",
            key="licence",
            required=("licence", "document", "name", "plates"),
            capacity=1,
            grants_at_once=True,
            grace_days=0,
            default_class="taxi",
        ),
        RegisterKind(
            "emergency-fleets",
            N_("Police and emergency fleets"),
            "emergency",
            key="plate",
            required=("plate", "document", "name"),
            optional=("service", *_VEHICLE, *COMMON_OPTIONAL),
            is_fleet=True,
            grants_at_once=True,
            grace_days=0,
            profiles=("emergency", "municipal_service", "public_transport"),
        ),
        RegisterKind(
            "carrier-fleets",
            N_("Carriers' fleets"),
            "loading",
            key="plate",
            required=("plate", "document", "name", "vehicle_class", "class_evidence"),
            optional=("mass_kg", "height_cm", *COMMON_OPTIONAL),
            is_fleet=True,
            grants_at_once=True,
            grace_days=0,
        ),
    )
}
"""Code to register."""


def kind_of(code: str) -> RegisterKind:
    """Raises InvalidInput, naming the registers there are."""
    if code not in KINDS:
        raise InvalidInput(
            "There is no register '%(kind)s'. There are: %(kinds)s.",
            kind=code[:40],
            kinds=", ".join(KINDS),
        )
    return KINDS[code]
