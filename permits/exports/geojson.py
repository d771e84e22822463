"""Zones and their control points as GeoJSON (RFC 7946)."""

import json
from typing import Any

from permits.exports.published import Publication, PublishedPoint, PublishedZone
from permits.words import windows_in_words

MEDIA_TYPE = "application/geo+json"


def feature_collection(publication: Publication) -> dict[str, Any]:
    """A feature for each zone and for each control point that enforces or warns."""
    zones = [_zone(zone) for zone in publication.zones]
    points = {point.code: (point, zone) for zone in publication.zones for point in zone.points}
    return {
        "type": "FeatureCollection",
        "features": [*zones, *(_point(point, zone) for point, zone in points.values())],
    }


def to_geojson(publication: Publication) -> bytes:
    """The collection as JSON in UTF-8."""
    return json.dumps(feature_collection(publication), ensure_ascii=False, indent=1).encode()


def _zone(zone: PublishedZone) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": zone.code,
        "geometry": zone.geometry,
        "properties": {
            "kind": "zone",
            "names": zone.names,
            "legal_basis": zone.legal_basis,
            "active": zone.active,
            "loading_hours": windows_in_words(zone.loading_windows, "en")
            if zone.loading_windows
            else [],
            "open_hours": windows_in_words(zone.open_windows, "en") if zone.open_windows else [],
        },
    }


def _point(point: PublishedPoint, zone: PublishedZone) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": point.code,
        "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
        "properties": {
            "kind": "control_point",
            "zone": zone.code,
            "name": point.name,
            "street": point.street,
            "direction": point.direction,
            "mode": point.mode,
        },
    }
