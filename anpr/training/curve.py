"""A learning-curve picture from a training log (JSON Lines)."""

import json
from pathlib import Path


def draw(log: Path, target: Path, title: str) -> None:
    """Draw every quantity of the log over `images`, each in a panel of its own.

    Does nothing where the log is missing or has fewer than two lines.
    """
    entries = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    names = sorted({name for entry in entries for name in entry} - {"images"})
    if len(entries) < 2 or not names:
        return
    import matplotlib as mpl  # noqa: PLC0415  training only

    mpl.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, panels = pyplot.subplots(len(names), 1, sharex=True, figsize=(8, 2.2 * len(names)))
    for panel, name in zip(panels if len(names) > 1 else [panels], names, strict=True):
        points = [(e["images"], e[name]) for e in entries if name in e]
        panel.plot(*zip(*points, strict=True))
        panel.set_ylabel(name)
        panel.grid(alpha=0.3)
    figure.suptitle(title)
    figure.supxlabel("images")
    figure.tight_layout()
    figure.savefig(target, dpi=90)
    pyplot.close(figure)
