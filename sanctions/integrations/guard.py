"""What may leave the house: never anything outside production, save to this very machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from core.settings import Environment
from sanctions.integrations.errors import OutsideForbidden


def is_this_machine(url: str) -> bool:
    """Whether `url` is a loopback address. Names other than ``localhost`` are not looked up: a
    name server must not decide what leaves the house."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_destination(environment: Environment, url: str) -> None:
    """Raise OutsideForbidden unless `url` may be talked to from `environment`."""
    if environment is not Environment.PRODUCTION and not is_this_machine(url):
        raise OutsideForbidden(
            "This is the environment '%(environment)s': nothing is sent to '%(host)s' from here. "
            "Use a fake service on this machine, or run in production.",
            environment=environment.value,
            host=urlsplit(url).hostname or "?",
        )
