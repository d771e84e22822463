"""The formats by name, for the web and the command line."""

from collections.abc import Callable
from dataclasses import dataclass

from permits.exports import datex2, geojson, ngsi_ld
from permits.exports.published import Publication


@dataclass(frozen=True)
class Format:
    media_type: str
    file_name: str
    write: Callable[[Publication], bytes]


FORMATS = {
    "datex2": Format(datex2.MEDIA_TYPE, "zones.datex2.xml", datex2.to_datex2),
    "ngsi-ld": Format(ngsi_ld.MEDIA_TYPE, "zones.ngsi-ld.json", ngsi_ld.to_ngsi_ld),
    "geojson": Format(geojson.MEDIA_TYPE, "zones.geojson", geojson.to_geojson),
}
