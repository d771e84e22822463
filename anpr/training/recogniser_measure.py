"""How well a recogniser reads: exact matches on crops of European plates, with counts.

    python -m anpr.training.recogniser_measure anpr/models/recogniser.onnx FOLDER

prints the share of clear plates read without an error on their labelled boxes, for all plates
and for those held out of training.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from anpr.training import photos
from anpr.training.recogniser_data import (
    ALPHABET,
    MILD_CROPS,
    REGIONS,
    SLOTS,
    decode_text,
    rendered_crop,
    to_input,
)

Picture = npt.NDArray[np.uint8]
Predict = Callable[[Picture], tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]
"""Pictures (n, 64, 128, 3) to slot probabilities (n, 10, 37) and countries (n, regions)."""

_FOLD_CASE = str.maketrans("OI", "01")
READER_PADDING = 0.03
"""By how much the reader widens a detector's box on each side."""


@dataclass(frozen=True)
class Score:
    """Exact matches among plates; folded counts O as 0 and I as 1."""

    plates: int
    exact: int
    folded: int
    country: int
    character_errors: int
    characters: int
    wrong: tuple[tuple[str, str, float], ...]
    """Truth, reading and smallest character probability of each wrong read."""

    def __str__(self) -> str:
        if not self.plates:
            return "no plates"
        share = 100 / self.plates
        return (
            f"{self.exact}/{self.plates} exact ({self.exact * share:.1f} %), "
            f"{self.folded * share:.1f} % with O=0 and I=1, CER "
            f"{100 * self.character_errors / max(1, self.characters):.2f} %, "
            f"country {self.country}/{self.plates}"
        )


def score(predict: Predict, crops: Picture, texts: list[str], countries: list[str | None]) -> Score:
    """Read all crops (n, 64, 128, 3) and compare."""
    slots, regions = _in_batches(predict, crops)
    reads = [decode_text(row.argmax(-1)) for row in slots]
    weakest = slots.max(-1).min(-1)
    right = [REGIONS[int(i)] == c for i, c in zip(regions.argmax(-1), countries, strict=True)]
    pairs = list(zip(texts, reads, strict=True))
    return Score(
        plates=len(texts),
        exact=sum(t == r for t, r in pairs),
        folded=sum(t.translate(_FOLD_CASE) == r.translate(_FOLD_CASE) for t, r in pairs),
        country=sum(right),
        character_errors=sum(edit_distance(t, r) for t, r in pairs),
        characters=sum(map(len, texts)),
        wrong=tuple(
            (t, r, float(p)) for (t, r), p in zip(pairs, weakest, strict=True) if t != r
        ),
    )  # fmt: skip


def _in_batches(
    predict: Predict, crops: Picture, size: int = 128
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    parts = [predict(crops[i : i + size]) for i in range(0, len(crops), size)]
    if not parts:
        return np.zeros((0, SLOTS, len(ALPHABET)), np.float32), np.zeros(
            (0, len(REGIONS)), np.float32
        )
    return np.concatenate([p for p, _ in parts]), np.concatenate([r for _, r in parts])


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            change = previous + (x != y)
            previous = row[j]
            row[j] = min(row[j] + 1, row[j - 1] + 1, change)
    return row[-1]


def photo_crops(plates: list[photos.LabelledPlate], pad: float = READER_PADDING) -> Picture:
    """The labelled boxes as network input, as the reader would cut them."""
    cached: dict[Path, Picture] = {}
    crops = []
    for plate in plates:
        if plate.photo not in cached:
            cached = {plate.photo: photos.load_rgb(plate.photo)}
        crops.append(to_input(photos.crop(plate, cached[plate.photo], pad)))
    return np.stack(crops) if crops else np.zeros((0, 64, 128, 3), np.uint8)


def onnx_predict(model: Path) -> Predict:
    """A `Predict` that runs an exported model on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, ["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def predict(crops: Picture) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        plate, region = session.run(["plate", "region"], {name: crops})
        return np.asarray(plate), np.asarray(region)

    return predict


RENDERED_SEED = 1_000_003
"""Seed of the rendered crops to measure on; no training uses it."""


def rendered_scores(predict: Predict, count: int) -> dict[str, Score]:
    """Scores on `count` rendered crops of every difficulty: all of them, then by country."""
    crops = [rendered_crop(RENDERED_SEED, MILD_CROPS + i) for i in range(count)]
    groups = {"all": crops}
    for crop in crops:
        groups.setdefault(crop[2], []).append(crop)
    return {
        name: score(predict, np.stack([c[0] for c in g]), [c[1] for c in g], [c[2] for c in g])
        for name, g in sorted(groups.items(), key=lambda item: (item[0] != "all", item[0]))
    }


def _print_photos(predict: Predict, arguments: argparse.Namespace) -> None:
    plates = [
        p
        for p in photos.labelled_plates(arguments.folder)
        if p.width >= arguments.minimum_width
        and set(p.text) <= set(ALPHABET[:-1])
        and p.country in (None, *REGIONS)
    ]
    for title, chosen in (
        ("all plates", plates),
        ("held-out plates", [p for p in plates if p.held_out]),
    ):
        countries = [p.country or arguments.country for p in chosen]
        result = score(predict, photo_crops(chosen), [p.text for p in chosen], countries)
        print(f"{title} ({len({p.text for p in chosen})} distinct): {result}")
        for truth, read, probability in result.wrong if arguments.wrong else ():
            print(f"  {truth:10} read {read:10} {probability:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a recogniser on labelled photos.")
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", help="holds labels.tsv, or folders that do")
    parser.add_argument("--rendered", type=int, metavar="N", help="also on N rendered crops")
    parser.add_argument("--minimum-width", type=int, default=80, help="pixels of the label box")
    parser.add_argument("--country", help="taken as the truth where the labels name none")
    parser.add_argument("--wrong", action="store_true", help="list the wrong reads")
    arguments = parser.parse_args()
    predict = onnx_predict(arguments.model)
    if arguments.folder:
        _print_photos(predict, arguments)
    if arguments.rendered:
        for name, result in rendered_scores(predict, arguments.rendered).items():
            print(f"rendered, {name}: {result}")


if __name__ == "__main__":
    main()
