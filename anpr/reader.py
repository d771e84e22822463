"""A picture in, its plates out: detection, crops, recognition, a second look where in doubt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anpr.detection.detector import Detector, load_detector
from anpr.detection.plausibility import is_plausible, may_be_plate
from anpr.pictures.images import image_from_bytes, load_image
from anpr.recognition.calibration import Calibration, load_calibration, uncalibrated
from anpr.recognition.decoding import Decoded, decode, plain_text
from anpr.recognition.plate_colour import plate_colour
from anpr.recognition.recogniser import Recogniser, Recognition, load_recogniser
from anpr.recognition.rectification import crop_plate
from anpr.recognition.second_look import fuse, turned, with_room
from anpr.recognition.sight import spelled
from anpr.types import Detection, Image, PlateRead, Signals

SURE_TEXT = 0.6
"""Probability of the text from which one look is enough, if the text fits a format too: further
looks spoil as many of those as they mend."""
HOPELESS = 0.01
"""Probability of the text below which further looks mend nothing: of 75 such plates none."""
MAX_LOOKS = 3
"""Plates of one photo that are looked at again, the surest boxes first: the effort is bound."""
MAX_PLATES = 24
"""A picture with more boxes than this shows something else than traffic; the surest are read."""


@dataclass(frozen=True)
class _Look:
    """What the looks at one plate say together."""

    seen: tuple[Recognition, ...]
    """What each crop showed."""
    recognition: Recognition
    """The same together."""
    decoded: Decoded
    agreement: float
    """Share of the opinions, slots and tokens of each crop, that say the text by themselves."""

    @property
    def is_sure(self) -> bool:
        return self.decoded.fits_format and self.decoded.probability >= SURE_TEXT


class PlateReader:
    """Detector and recogniser together. Holds no state between pictures."""

    def __init__(
        self, detector: Detector, recogniser: Recogniser, calibration: Calibration | None = None
    ) -> None:
        self._detector = detector
        self._recogniser = recogniser
        self._calibration = calibration

    @property
    def label(self) -> str:
        return f"{self._detector.label} {self._recogniser.label}"[:200]

    @property
    def is_calibrated(self) -> bool:
        """Whether confidences were measured with these very models."""
        return self._calibration is not None

    def read(self, image: Image) -> list[PlateRead]:
        """Return every box of a camera's frame that may be a plate, the clearest read first.

        Doubtful ones are among them: over several frames the tracker tells a dirty plate from a
        grille. For a photo, which has no second frame, use `read_plates`.
        """
        return self._reads(image, self._detector.glance(image), is_photo=False)

    def read_plates(self, image: Image) -> list[PlateRead]:
        """Return the plates of a single photo, the clearest first. No plate: an empty list.

        Takes more time than `read` where the first look at the photo leaves a doubt.
        """
        reads = self._reads(image, self._detector.detect(image), is_photo=True)
        return [read for read in reads if is_plausible(read)]

    def read_photo(self, photo: str | Path | bytes) -> PlateRead | None:
        """Return the clearest plate of a photo, given as a path or as the bytes of its file.

        None when there is no plate with a text on it.

        Raises:
            UnreadablePicture: not a picture, cut short, too small or too large.
        """
        image = image_from_bytes(photo) if isinstance(photo, bytes) else load_image(photo)
        return next((read for read in self.read_plates(image) if read.text), None)

    def _reads(self, image: Image, detected: list[Detection], *, is_photo: bool) -> list[PlateRead]:
        found = detected[:MAX_PLATES]
        if not found:
            return []
        crops = [crop_plate(image, detection.box) for detection in found]
        looks = [self._look([recognition]) for recognition in self._recogniser.recognise(crops)]
        if is_photo:  # a frame gets none: they mend as many as they spoil, and the next one comes
            self._look_further(image, found, crops, looks)
        reads = [self._read(image, d, look) for d, look in zip(found, looks, strict=True)]
        return sorted(reads, key=_clarity, reverse=True)

    def _look_further(
        self, image: Image, found: list[Detection], crops: list[Image], looks: list[_Look]
    ) -> None:
        """Give doubtful plates more room, and turn what then still is in doubt."""
        unsure = _worth_another(found, looks)[:MAX_LOOKS]
        self._look_again(looks, {i: with_room(image, found[i].box) for i in unsure})
        still = [i for i in unsure if not looks[i].is_sure]
        self._look_again(looks, {i: turned(image, found[i].box, crops[i]) for i in still})

    def _look_again(self, looks: list[_Look], crops: dict[int, list[Image]]) -> None:
        """Let `looks` at some plates take in more crops of theirs, all of them read in one go."""
        flat = [crop for several in crops.values() for crop in several]
        answers = iter(self._recogniser.recognise(flat)) if flat else iter(())
        for i, several in crops.items():
            looks[i] = self._look([*looks[i].seen, *(next(answers) for _ in several)])

    def _look(self, recognitions: Sequence[Recognition]) -> _Look:
        fused, alphabet = fuse(recognitions), self._recogniser.alphabet
        decoded = decode(fused.slots, alphabet, fused.countries, fused.sights)
        alone = [plain_text(r.slots, alphabet) == decoded.text for r in recognitions]
        alone += [spelled(sight, alphabet) == decoded.text for sight in fused.sights]
        return _Look(tuple(recognitions), fused, decoded, sum(alone) / len(alone))

    def _read(self, image: Image, detection: Detection, look: _Look) -> PlateRead:
        decoded = look.decoded
        signals = Signals(
            probability=decoded.probability,
            weakest=decoded.weakest,
            detection=detection.confidence,
            width=detection.box.width,
            fits_format=decoded.fits_format,
            looks=len(look.seen),
            agreement=look.agreement,
        )
        return PlateRead(
            box=detection.box,
            text=decoded.text,
            confidence=self._confidence(signals) if decoded.text else 0.0,
            detection_confidence=detection.confidence,
            candidates=decoded.candidates,
            country=decoded.country,
            country_confidence=decoded.country_confidence,
            slots=look.recognition.slots,
            alphabet=self._recogniser.alphabet,
            countries=look.recognition.countries,
            fits_format=decoded.fits_format,
            colour=plate_colour(image, detection.box),
            signals=signals,
        )

    def _confidence(self, signals: Signals) -> float:
        calibration = self._calibration
        return calibration.confidence(signals) if calibration else uncalibrated(signals)


def _worth_another(found: list[Detection], looks: list[_Look]) -> list[int]:
    """Plates in doubt, the surest boxes first."""
    return [i for i, look in enumerate(looks) if _is_worth_another(found[i], look)]


def _is_worth_another(detection: Detection, look: _Look) -> bool:
    """Not what is sure already, not what nobody could read, and not what neither model takes for
    a plate."""
    decoded = look.decoded
    if look.is_sure or decoded.probability < HOPELESS:
        return False
    return may_be_plate(decoded.text, decoded.probability, detection.confidence)


def _clarity(read: PlateRead) -> float:
    """Sure and large first: the plate that the photo was taken of."""
    return read.confidence * math.sqrt(read.box.width)


def load_reader(detector: str | None = None, recogniser: str | None = None) -> PlateReader:
    """Load both models by path or name; None: the ones in the settings, else the shipped ones.

    Raises:
        ModelProblem: a model is missing, truncated or of another contract, or its calibration is
            damaged.
    """
    finder, speller = load_detector(detector), load_recogniser(recogniser)
    return PlateReader(finder, speller, load_calibration(finder.label, speller.label))


def models_label(reader: PlateReader) -> str:
    """Names and hashes of both models, at most 200 characters: stored with every passage."""
    return reader.label
