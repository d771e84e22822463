"""The systems outside that Sarbide talks to, and where each of them is."""

from dataclasses import dataclass
from enum import StrEnum

from core.settings import Settings
from core.words import N_, Word


class System(StrEnum):
    HANDOVER = "handover"
    """The city's existing sanction system."""
    HOLDERS = "holders"
    """The vehicle register: who answers for a vehicle."""
    ELECTRONIC_NOTIFICATION = "electronic_notification"
    """The electronic road address (dirección electrónica vial, RDL 6/2015, article 90)."""
    POST = "post"
    """A printing and post provider."""
    PAYMENT = "payment"
    """The payment gateway."""


LABELS: dict[System, Word] = {
    System.HANDOVER: N_("Sanction system of the city"),
    System.HOLDERS: N_("Vehicle register"),
    System.ELECTRONIC_NOTIFICATION: N_("Electronic road address"),
    System.POST: N_("Printing and post"),
    System.PAYMENT: N_("Payment gateway"),
}


@dataclass(frozen=True)
class Address:
    """Where a system is, and the key it knows us by."""

    system: System
    url: str
    key: str


def address_of(settings: Settings, system: System) -> Address | None:
    """The configured address of `system`; None when it is not configured."""
    url = getattr(settings, f"{system.value}_url")
    key = getattr(settings, f"{system.value}_key")
    if not url or key is None:
        return None
    return Address(system, str(url).rstrip("/"), key.get_secret_value())
