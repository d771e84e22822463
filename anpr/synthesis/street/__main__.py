"""Render the sample footage: `python -m anpr.synthesis.street`."""

import sys
import time
from pathlib import Path
from typing import Annotated

import cv2
import typer

from anpr.synthesis.street.clip import pictures
from anpr.synthesis.street.encoding import write_video
from anpr.synthesis.street.manifest import write_documents
from anpr.synthesis.street.scenario import Scenario, load_scenario
from core.errors import SarbideError

FOLDER = Path(__file__).resolve().parents[3] / "sample_footage"

application = typer.Typer(add_completion=False)


@application.command()
def render(
    folder: Annotated[Path, typer.Option(help="Where scenario.toml is and the clips go.")] = FOLDER,
    clip: Annotated[
        list[str] | None, typer.Option(help="Only clips whose name contains this; repeatable.")
    ] = None,
    documents: Annotated[
        bool, typer.Option("--documents", help="Only manifest.json and register.json.")
    ] = False,
) -> None:
    """Render the clips of scenario.toml, and write manifest.json and register.json."""
    cv2.setNumThreads(1)
    try:
        scenario = load_scenario(folder / "scenario.toml")
        write_documents(scenario, folder)
        if not documents:
            _render(scenario, folder, clip or [""])
    except SarbideError as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


def _render(scenario: Scenario, folder: Path, names: list[str]) -> None:
    chosen = [c for c in scenario.clip if any(name in c.file for name in names)]
    for one in chosen:
        began = time.monotonic()
        path = folder / one.file
        count = write_video(path, pictures(scenario, one), scenario.width, scenario.height,
                            scenario.fps)  # fmt: skip
        size = path.stat().st_size / 1e6
        typer.echo(f"{one.file}: {count} frames, {size:.2f} MB, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    application()
