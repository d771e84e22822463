"""Zones as NGSI-LD ``RestrictedTrafficArea`` entities (Smart Data Models), key-values form."""

import json
from datetime import UTC
from typing import Any

from permits.access import Window
from permits.exports.published import Publication, PublishedZone
from permits.words import windows_in_words

MEDIA_TYPE = "application/ld+json"
CONTEXT = (
    "https://raw.githubusercontent.com/smart-data-models/dataModel.Transportation/master/"
    "context.jsonld"
)


def entities(publication: Publication) -> list[dict[str, Any]]:
    """One entity for each zone."""
    return [_entity(zone, publication) for zone in publication.zones]


def to_ngsi_ld(publication: Publication) -> bytes:
    """The entities as JSON in UTF-8."""
    return json.dumps(entities(publication), ensure_ascii=False, indent=1).encode()


def _entity(zone: PublishedZone, publication: Publication) -> dict[str, Any]:
    modified = publication.version_time.astimezone(UTC).isoformat(timespec="seconds")
    entity = {
        "@context": CONTEXT,
        "id": f"urn:ngsi-ld:RestrictedTrafficArea:{publication.publisher}:{zone.code}",
        "type": "RestrictedTrafficArea",
        "name": zone.names.get("es") or zone.names["en"],
        "alternateName": zone.names.get("eu") or zone.names["en"],
        "description": _description(zone),
        "dateModified": modified.replace("+00:00", "Z"),
        "dataProvider": publication.publisher,
        "category": ["onlyWithPermit", "forPedestrian", "forResidents"],
        "notAllowedVehicleType": ["anyVehicle"],
        "restrictionValidityHours": _hours(zone.open_windows),
        "security": ["camera"],
        "location": zone.geometry,
    }
    if not zone.active:
        entity["validityEndDate"] = entity["dateModified"]
    return entity


def _description(zone: PublishedZone) -> str:
    loading = "; ".join(windows_in_words(zone.loading_windows, "es"))
    hours = f" Carga y descarga sin permiso: {loading}." if zone.loading_windows else ""
    return f"{zone.legal_basis}.{hours}"


def _hours(open_windows: tuple[Window, ...]) -> str:
    """Always, but for the hours in which the zone is open to all."""
    if not open_windows:
        return "24/7"
    return "24/7 except " + "; ".join(windows_in_words(open_windows, "en"))
