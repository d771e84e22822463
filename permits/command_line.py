"""What the register's commands stand on: an open register, and who types."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError, ProgrammingError

from core.errors import SetupProblem
from core.identity import Actor, Role
from core.runtime import Runtime, open_runtime
from core.settings import get_settings


@contextmanager
def opened_register() -> Iterator[Runtime]:
    """The register that the settings name, closed at the end.

    Raises:
        SetupProblem: there is no register yet.
    """
    runtime = open_runtime(get_settings())
    try:
        yield runtime
    except (OperationalError, ProgrammingError) as error:
        raise SetupProblem(
            "There is no register yet: run `python -m control_center migrate` and `seed` first."
        ) from error
    finally:
        runtime.close()


def typist(role: Role = Role.SYSTEM) -> Actor:
    """Whoever is logged in on the machine, for the audit trail."""
    return Actor(None, f"command line: {getpass.getuser()}", frozenset({role}))
