"""A zone's outline: GeoJSON in longitude and latitude (RFC 7946, section 3.1.6)."""

from typing import Any

from core.words import N_

_LEAST_POSITIONS = 4


def check_polygon(value: object) -> dict[str, Any]:
    """`value` as a Polygon or MultiPolygon geometry. Raises ValueError with the reason."""
    if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValueError(N_("The outline must be a GeoJSON Polygon or MultiPolygon."))
    coordinates = value.get("coordinates")
    polygons = [coordinates] if value["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise ValueError(N_("The outline has no coordinates."))
    for polygon in polygons:
        _check_rings(polygon)
    return {"type": value["type"], "coordinates": coordinates}


def _check_rings(polygon: object) -> None:
    if not isinstance(polygon, list) or not polygon:
        raise ValueError(N_("The outline has no coordinates."))
    for ring in polygon:
        if not isinstance(ring, list) or len(ring) < _LEAST_POSITIONS or ring[0] != ring[-1]:
            raise ValueError(
                N_("A ring of the outline has four positions or more and ends at its start.")
            )
        for position in ring:
            _check_position(position)


def _check_position(position: object) -> None:
    numbers = isinstance(position, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in position
    )
    if not numbers or len(position) < 2:  # type: ignore[arg-type]
        raise ValueError(N_("A position of the outline is no pair of longitude and latitude."))
    longitude, latitude = position[:2]  # type: ignore[index]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(N_("A position of the outline is outside the globe."))
