"""Results of `python -m anpr read` as lines on standard output."""

import json
import sys

from anpr.reading import PictureResult, VehicleResult, picture_as_json, vehicle_as_json


def show(result: PictureResult | VehicleResult, *, as_json: bool) -> None:
    """Print one result at once, so that a pipe sees it while the next is being read."""
    if as_json:
        is_picture = isinstance(result, PictureResult)
        line = picture_as_json(result) if is_picture else vehicle_as_json(result)  # type: ignore[arg-type]
        print(json.dumps(line, ensure_ascii=False), flush=True)
    elif result.error is not None:
        print(result.error, file=sys.stderr, flush=True)
    else:
        lines = _picture(result) if isinstance(result, PictureResult) else _vehicle(result)
        print("\n".join(lines), flush=True)


def _picture(result: PictureResult) -> list[str]:
    where = f"{result.source}#{result.frame}" if result.frame else result.source
    if not result.plates:
        return [f"{where}  no plate"]
    return [
        f"{where}  {read.text or '(unreadable)'}  {read.confidence:.2f}  {read.country or '--'}  "
        f"{read.colour or '-'}  {','.join(map(str, read.box.as_tuple()))}"
        f"{'' if read.fits_format or not read.text else '  (no known format)'}"
        for read in result.plates
    ]


def _vehicle(result: VehicleResult) -> list[str]:
    if result.track is None or result.consensus is None:
        return []
    consensus, track = result.consensus, result.track
    plate = consensus.plate.text if consensus.plate else "(a person must look)"
    return [
        f"{result.source}  {plate}  {consensus.confidence:.2f}  {consensus.country or '--'}  "
        f"{consensus.votes} of {consensus.frames} reads agree, frames "
        f"{track.first.frame_index}-{track.last.frame_index}"
    ]
