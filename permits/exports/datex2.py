"""Zones as DATEX II 3.7 ``ControlledZoneTablePublication`` (EN 16157), for road authorities and
navigation services. Pure: what to publish in, XML out.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import cast
from xml.etree import ElementTree as ET  # writes only; nothing from outside is parsed

from core.web.translations import translate
from permits.access import Window
from permits.deciding.windows import HOLIDAY, clock_text
from permits.exports.published import Publication, PublishedProfile, PublishedZone, Words
from permits.labels import OFFENCES
from permits.words import windows_in_words

MEDIA_TYPE = "application/xml"
_BASE = "http://datex2.eu/schema/3/"
D2, COM, CZ, TRO, LOC = (
    f"{{{_BASE}{name}}}"
    for name in (
        "d2Payload",
        "common",
        "controlledZone",
        "trafficRegulation",
        "locationReferencing",
    )
)
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_PREFIXES = {"d2": D2, "com": COM, "cz": CZ, "tro": TRO, "loc": LOC, "xsi": _XSI}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_VEHICLES = {
    "car": "car",
    "van": "van",
    "mixed_two_seat": "carOrLightVehicle",
    "lorry": "lorry",
    "motorcycle": "motorcycle",
    "bus": "bus",
    "cargo_bicycle": "bicycle",
}
LANGUAGES = ("es", "eu", "en")
_WHOLE_DAY = 1440


def to_datex2(publication: Publication) -> bytes:
    """The publication as an XML document in UTF-8."""
    for prefix, namespace in _PREFIXES.items():
        ET.register_namespace(prefix, namespace.strip("{}"))
    root = ET.Element(f"{D2}payload", lang="es", modelBaseVersion="3", id="controlled-zones")
    _is_a(root, CZ, "ControlledZoneTablePublication")
    _add(root, f"{COM}publicationTime", _time(publication.published_at))
    _identifier(root, f"{COM}publicationCreator", publication.publisher)
    header = _add(root, f"{CZ}headerInformation")
    _add(header, f"{COM}confidentiality", "noRestriction")
    _add(header, f"{COM}informationStatus", "test" if publication.is_test else "real")
    table = _add(root, f"{CZ}controlledZoneTable")
    _add(table, f"{CZ}tableVersionTime", _time(publication.version_time))
    _identifier(table, f"{CZ}informationManager", publication.publisher)
    for zone in publication.zones:
        _zone(table, zone, publication)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _zone(table: ET.Element, zone: PublishedZone, publication: Publication) -> None:
    version = publication.fingerprint[:12]
    element = _add(table, f"{CZ}controlledZone", id=zone.code, version=version)
    _words(element, f"{CZ}name", zone.names)
    for kind in ("pedestrianZone", "limitedTrafficZone"):
        _add(element, f"{CZ}controlledZoneType", kind)
    _words(element, f"{CZ}description", {"es": zone.legal_basis})
    _add(element, f"{CZ}recordVersionTime", _time(publication.version_time))
    _add(element, f"{CZ}activationType", "permanent")
    _add(element, f"{CZ}status", "active" if zone.active else "inactive")
    _general_rule(element, zone, version)
    if zone.loading_windows:
        _loading_rule(element, zone, version)


def _general_rule(parent: ET.Element, zone: PublishedZone, version: str) -> None:
    """Nobody drives in without a permit, but while the zone is open to all."""
    rule = _regulation(parent, f"{zone.code}-permit", version, "restrictedAccess", zone)
    conditions = _all_of(rule)
    _location(conditions, zone)
    permit = _condition(conditions, TRO, "RequiredPermitCondition")
    _add(permit, f"{TRO}permitType", "electronic")
    if zone.open_windows:
        _periods(conditions, zone.open_windows, negate=True)
    for profile in zone.profiles:
        _permit(rule, profile, version)
    _add(rule, f"{CZ}enforcementMethodType", "camera")
    for offence, cents in zone.prices.items():
        _penalty(rule, offence, cents)


def _loading_rule(parent: ET.Element, zone: PublishedZone, version: str) -> None:
    """Loading vehicles may enter without a permit in their hours."""
    rule = _regulation(parent, f"{zone.code}-loading", version, "restrictedAccess", zone)
    conditions = _all_of(rule)
    _location(conditions, zone)
    access = _condition(conditions, TRO, "AccessCondition")
    _add(access, f"{TRO}accessConditionType", "loadingAndUnloading")
    _vehicles(conditions, zone)
    _periods(conditions, zone.loading_windows)
    _add(rule, f"{CZ}enforcementMethodType", "camera")


def _regulation(
    parent: ET.Element, name: str, version: str, kind: str, zone: PublishedZone
) -> ET.Element:
    rule = _add(parent, f"{CZ}controlledZoneRegulation", id=name, version=version)
    _add(rule, f"{TRO}status", "active" if zone.active else "inactive")
    access = _typed(rule, f"{TRO}typeOfRegulation", TRO, "AccessRestriction")
    _add(access, f"{TRO}accessRestrictionType", kind)
    return rule


def _all_of(rule: ET.Element) -> ET.Element:
    conditions = _typed(rule, f"{TRO}condition", TRO, "ConditionSet")
    _add(conditions, f"{TRO}operator", "and")
    return conditions


def _condition(parent: ET.Element, namespace: str, kind: str) -> ET.Element:
    return _typed(parent, f"{TRO}conditions", namespace, kind)


def _location(parent: ET.Element, zone: PublishedZone) -> None:
    condition = _condition(parent, TRO, "LocationCondition")
    area = _typed(condition, f"{TRO}implementedLocation", LOC, "AreaLocation")
    shape = _add(area, f"{LOC}gmlMultiPolygon")
    for outer, *holes in zone.polygons:
        polygon = _add(shape, f"{LOC}gmlPolygon")
        _ring(polygon, "exterior", outer)
        for hole in holes:
            _ring(polygon, "interior", hole)


def _ring(parent: ET.Element, name: str, ring: Sequence[tuple[float, float]]) -> None:
    """Latitude before longitude, as EPSG:4326 wants it."""
    element = _add(parent, f"{LOC}{name}", srsDimension="2", srsName="EPSG:4326")
    _add(element, f"{LOC}posList", " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in ring))


def _vehicles(parent: ET.Element, zone: PublishedZone) -> None:
    known = [_VEHICLES[one] for one in zone.loading_classes if one in _VEHICLES]
    if not known and zone.loading_max_mass_kg is None and zone.loading_max_height_cm is None:
        return
    condition = _condition(parent, TRO, "VehicleCondition")
    vehicle = _add(condition, f"{TRO}vehicleCharacteristics")
    for kind in dict.fromkeys(known):
        _add(vehicle, f"{COM}vehicleType", kind)
    if zone.loading_max_mass_kg is not None:
        weight = _add(vehicle, f"{COM}grossWeightCharacteristic")
        _add(weight, f"{COM}comparisonOperator", "lessThanOrEqualTo")
        _add(weight, f"{COM}grossVehicleWeight", f"{zone.loading_max_mass_kg / 1000:.3f}")
        _add(weight, f"{COM}typeOfWeight", "maximumPermitted")
    if zone.loading_max_height_cm is not None:
        height = _add(vehicle, f"{COM}heightCharacteristic")
        _add(height, f"{COM}comparisonOperator", "lessThanOrEqualTo")
        _add(height, f"{COM}vehicleHeight", f"{zone.loading_max_height_cm / 100:.2f}")


def _periods(parent: ET.Element, windows: Iterable[Window], *, negate: bool = False) -> None:
    condition = _condition(parent, CZ, "PeriodCondition")
    if negate:
        _add(condition, f"{TRO}negate", "true")
    for window in windows:
        named = {language: windows_in_words([window], language)[0] for language in LANGUAGES}
        for days, start, end in _parts(window):
            _period(condition, named, days, start, end)


def _parts(window: Window) -> list[tuple[frozenset[int], int, int]]:
    """A window that runs over midnight as two, since a period of the day ends with the day."""
    if window.end_minute > window.start_minute:
        return [(window.days, window.start_minute, window.end_minute)]
    following = frozenset(day if day == HOLIDAY else (day + 1) % 7 for day in window.days)
    parts = [(window.days, window.start_minute, _WHOLE_DAY)]
    return parts + ([(following, 0, window.end_minute)] if window.end_minute else [])


def _period(parent: ET.Element, named: Words, days: frozenset[int], start: int, end: int) -> None:
    period = _add(parent, f"{CZ}period")
    _words(period, f"{COM}periodName", named)
    hours = _add(period, f"{COM}recurringTimePeriodOfDay")
    _add(hours, f"{COM}startTimeOfPeriod", f"{clock_text(start)}:00")
    _add(hours, f"{COM}endTimeOfPeriod", f"{clock_text(end)}:00")
    weekdays = sorted(days - {HOLIDAY})
    if weekdays:
        week = _add(period, f"{COM}recurringDayWeekMonthPeriod")
        for day in weekdays:
            _add(week, f"{COM}applicableDay", _DAYS[day])
    if HOLIDAY in days:
        special = _add(period, f"{COM}recurringSpecialDay")
        _add(special, f"{COM}intersectWithApplicableDays", "false")
        _add(special, f"{COM}specialDayType", "publicHoliday")


def _permit(rule: ET.Element, profile: PublishedProfile, version: str) -> None:
    permit = _add(rule, f"{TRO}permitInformation", id=profile.code, version=version)
    _add(permit, f"{TRO}applicationRequired", "true")
    texts = {
        language: f"{profile.names.get(language, profile.names['en'])}: "
        f"{profile.conditions.get(language, '')}"[:1000]
        for language in LANGUAGES
    }
    _words(permit, f"{TRO}description", texts)
    _add(permit, f"{TRO}permitType", "electronic")


def _penalty(rule: ET.Element, offence: str, cents: int) -> None:
    penalty = _add(rule, f"{CZ}penalty")
    _add(penalty, f"{CZ}amountDue", f"{cents // 100}.{cents % 100:02d}")
    words = {code.value: text for code, text in OFFENCES.items()}.get(offence, offence)
    texts = {language: translate(words, language) for language in LANGUAGES}
    _words(penalty, f"{CZ}penaltyDescription", texts)


def _words(parent: ET.Element, tag: str, texts: Words) -> None:
    values = _add(_add(parent, tag), f"{COM}values")
    for language in LANGUAGES:
        if texts.get(language):
            _add(values, f"{COM}value", texts[language], lang=language)


def _identifier(parent: ET.Element, tag: str, city: str) -> None:
    element = _add(parent, tag)
    _add(element, f"{COM}country", "es")
    _add(element, f"{COM}nationalIdentifier", city)


def _typed(parent: ET.Element, tag: str, namespace: str, kind: str) -> ET.Element:
    element = _add(parent, tag)
    _is_a(element, namespace, kind)
    return element


def _is_a(element: ET.Element, namespace: str, kind: str) -> None:
    # A qualified name as a value: the writer puts the namespace's prefix before it.
    element.set(f"{_XSI}type", cast(str, ET.QName(f"{namespace}{kind}")))


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
