"""`demo`: the whole system on this machine, until Ctrl-C."""

import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from control_center.demo import programs, watching
from control_center.demo.edge import Footage
from control_center.demo.home import DemoHome, free_port
from control_center.demo.stage import Stage
from control_center.demo.story import Story
from core.clock import municipal
from core.settings import get_settings

POLL_SECONDS = 0.3


def run_live(folder: Path, footage: Footage, *, fresh: bool, wait: float) -> None:
    """Start or resume the demonstration and tell what happens, until it is interrupted.

    `wait` are the real seconds between the end of the footage and the moment when the clock
    moves past the regularisation deadlines.
    """
    console, settings = Console(), get_settings()
    console.print("Starting the demonstration ...")
    home = DemoHome.open(
        folder,
        fresh=fresh,
        staff_port=free_port(settings.staff_port),
        app_port=free_port(settings.app_port),
    )
    try:
        with Stage.build(home, footage) as stage:
            outside = programs.outside(
                home.environment(), home.state.outside_port, home.outside_key
            )
            stage.supervisor.start(outside)
            console.print(_table(home))
            console.print(f"All footage is rendered; data and logs are in {home.folder}.")
            console.print("Vehicles pass; Ctrl-C stops everything.\n")
            _tell(stage, console, wait)
    except KeyboardInterrupt:
        console.print("\nStopped. `make demo` starts it again.")


_SCREENS = {
    "operator": "Operator",
    "agent": "Police agent",
    "colleague": "Second agent",
    "instructor": "Instructor",
    "resolver": "Resolver",
    "chief": "Police chief",
    "desk": "Service desk",
    "rules": "Rules manager",
    "admin": "Administrator",
    "privacy": "Data protection",
    "resident": "Resident's app",
}


def _table(home: DemoHome) -> Table:
    """Addresses and logins; narrow enough for 80 columns, and never cut."""
    table = Table(header_style="bold")
    for column in ("Who", "Address", "Login", "Password"):
        table.add_column(column, overflow="fold")
    for login in home.state.logins:
        if login.login in _SCREENS:
            address = home.staff_url if login.application == "staff" else home.app_url
            table.add_row(_SCREENS[login.login], address, login.login, login.password)
    return table


def _tell(stage: Stage, console: Console, wait: float) -> None:
    story = Story(stage.runtime)
    cameras = len(stage.footage.manifest["cameras"])
    jump_at: float | None = None
    while True:
        for name in stage.supervisor.check():
            console.print(f"[yellow]{name} had ended and was started again[/yellow]")
        for happening in story.news():
            console.print(str(happening), highlight=False, soft_wrap=True)
        if jump_at is None and watching.footage_is_over(stage.runtime, cameras):
            jump_at = time.monotonic() + wait
            stage.home.save(is_finished=True)
            _announce_jump(stage, console, wait)
        if jump_at is not None and time.monotonic() >= jump_at:
            _jump(stage, console)
            jump_at = float("inf")
        time.sleep(POLL_SECONDS)


def _announce_jump(stage: Stage, console: Console, wait: float) -> None:
    hours = stage.runtime.settings.regularisation_hours
    console.print(
        f"\nThe footage is over. Entries that were not authorised can be put right for {hours} h; "
        f"in {wait:.0f} s the city's clock moves past that, and police get what is left.\n"
    )


def _jump(stage: Stage, console: Console) -> None:
    hours = stage.runtime.settings.regularisation_hours
    stage.runtime.clock.advance(timedelta(hours=hours + 1))
    console.print(f"\nThe city's clock is now {municipal(stage.now()):%A %d %B %H:%M}.\n")
