"""``python -m sanctions.integrations.fakes NAME --port``: one fake service, or all of them."""

from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer

from core.logs import configure
from sanctions.integrations.fakes.handover import FakeHandover
from sanctions.integrations.fakes.holders import FakeHolders
from sanctions.integrations.fakes.notification import FakeNotification
from sanctions.integrations.fakes.payment import FakePayment
from sanctions.integrations.fakes.post import FakePost
from sanctions.integrations.fakes.server import FakeService, create_server

SERVICES: dict[str, type[FakeService]] = {
    "handover": FakeHandover,
    "holders": FakeHolders,
    "electronic_notification": FakeNotification,
    "post": FakePost,
    "payment": FakePayment,
}
Name = StrEnum("Name", [*SERVICES, "all"])  # type: ignore[misc]


def main(
    name: Annotated[Name, typer.Argument(help="Which service, or all of them.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0: a free one.")] = 0,
    key: Annotated[str, typer.Option(help="The key that callers must show.")] = "fake-key",
) -> None:
    """Run fake services of the outside world on this machine, for tests and demonstrations."""
    configure()
    chosen = list(SERVICES) if name == "all" else [str(name)]
    server = create_server({one: SERVICES[one](key) for one in chosen}, port)
    for one in chosen:
        upper = f"SARBIDE_{one.upper()}"
        typer.echo(f"{upper}_URL=http://127.0.0.1:{server.server_port}/{one}")
        typer.echo(f"{upper}_KEY={key}")
    typer.echo("ready")
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    typer.run(main)
