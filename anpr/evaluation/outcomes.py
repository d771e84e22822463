"""What the reader made of each labelled plate."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from anpr.evaluation.labels import LabelledPhoto, LabelledPlate, is_held_out
from anpr.recognition.decoding import edit_distance
from anpr.types import Image, PlateRead

FOUND_LOOSE = 0.3
FOUND_TIGHT = 0.5


@dataclass(frozen=True)
class PlateOutcome:
    """One labelled plate and the read that overlaps it most (None: overlap below 0.3)."""

    label: LabelledPlate
    read: PlateRead | None
    overlap: float

    @property
    def is_found(self) -> bool:
        return self.overlap >= FOUND_LOOSE

    @property
    def is_found_tightly(self) -> bool:
        return self.overlap >= FOUND_TIGHT

    @property
    def read_text(self) -> str:
        return self.read.text if self.read else ""

    @property
    def is_exact(self) -> bool:
        return self.read_text == self.label.text

    @property
    def is_exact_but_for_look_alikes(self) -> bool:
        return folded(self.read_text) == folded(self.label.text or "")

    @property
    def character_errors(self) -> int:
        return edit_distance(self.read_text, self.label.text or "")

    @property
    def is_held_out(self) -> bool:
        return is_held_out(self.label.text or "")


DARK = 60.0
"""Mean grey level below which a picture counts as dark."""


@dataclass(frozen=True)
class PhotoOutcome:
    """One photo: its labelled plates, and boxes that overlap none of its labels."""

    photo: LabelledPhoto
    plates: tuple[PlateOutcome, ...]
    unlabelled: tuple[PlateRead, ...]
    best_is_right: bool | None
    """Whether the first read of the photo is one of its labels; None when none can be compared."""
    light: str | None = None
    """What the labels say, else `dark` or `bright` by the picture; None when nobody looked."""

    @property
    def name(self) -> str:
        return self.photo.path.name


def folded(text: str) -> str:
    """The text with letters O and I written as digits, which many typefaces draw alike."""
    return text.replace("O", "0").replace("I", "1")


def read_photos(
    photos: Iterable[LabelledPhoto],
    load: Callable[[LabelledPhoto], Image],
    read: Callable[[Image], list[PlateRead]],
) -> Iterator[PhotoOutcome]:
    """Yield the outcome of each photo in turn."""
    for photo in photos:
        image = load(photo)
        outcome = judge(photo, read(image))
        yield replace(outcome, light=photo.light or _brightness(image))


def _brightness(image: Image) -> str:
    return "dark" if float(image[::8, ::8].mean()) < DARK else "bright"


def judge(photo: LabelledPhoto, reads: list[PlateRead]) -> PhotoOutcome:
    """Match reads to labels by overlap, best pairs first, each used once."""
    pairs = sorted(
        ((plate.box.iou(read.box), i, j) for i, plate in enumerate(photo.plates)
         for j, read in enumerate(reads)),
        reverse=True,
    )  # fmt: skip
    label_to_read: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for overlap, i, j in pairs:
        if overlap >= FOUND_LOOSE and i not in label_to_read and j not in taken:
            label_to_read[i] = (j, overlap)
            taken.add(j)
    plates = tuple(_outcome(p, label_to_read.get(i), reads) for i, p in enumerate(photo.plates))
    spare = tuple(read for j, read in enumerate(reads) if j not in taken)
    return PhotoOutcome(photo, plates, spare, _best_is_right(photo, reads))


def _outcome(
    label: LabelledPlate, match: tuple[int, float] | None, reads: list[PlateRead]
) -> PlateOutcome:
    if match is None:
        return PlateOutcome(label, None, 0.0)
    return PlateOutcome(label, reads[match[0]], match[1])


def _best_is_right(photo: LabelledPhoto, reads: list[PlateRead]) -> bool | None:
    texts = {plate.text for plate in photo.plates if plate.counts and plate.text}
    if not texts:
        return None
    return bool(reads) and reads[0].text in texts
