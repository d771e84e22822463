"""What a case needs before an agent may validate it. Pure."""

from collections.abc import Collection

from core.words import N_, Word

MAX_CLOCK_OFFSET_MS = 1000.0
"""A camera whose clock is further off proves no time."""
REQUIRED_PICTURES: dict[str, Word] = {
    "plate": N_("the picture of the plate"),
    "context": N_("the context picture"),
}
_CLOCK_UNKNOWN = N_("the clock offset of the camera")
_CLOCK_WRONG = N_("a camera clock within one second")
_CAMERA = N_("a camera in working order")
_DIRECTION = N_("the direction of travel")


def missing_evidence(
    pictures: Collection[str],
    clock_offset_ms: float | None,
    direction: str,
    health: str = "ok",
) -> tuple[Word, ...]:
    """What is missing, in words; empty when the evidence is complete.

    Place, camera and time with offset are part of every report by their type.
    """
    missing = [words for kind, words in REQUIRED_PICTURES.items() if kind not in pictures]
    if clock_offset_ms is None:
        missing.append(_CLOCK_UNKNOWN)
    elif abs(clock_offset_ms) > MAX_CLOCK_OFFSET_MS:
        missing.append(_CLOCK_WRONG)
    if direction not in {"entry", "exit"}:
        missing.append(_DIRECTION)
    if health != "ok":
        missing.append(_CAMERA)
    return tuple(missing)
