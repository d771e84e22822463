"""Which implementation stands behind each interface: the one place that chooses.

A city with another sanction system, register or gateway writes its own class for the interface and
names it here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from core.settings import Settings
from sanctions.integrations.electronic_notification.adapter import (
    ElectronicNotifications,
    HttpElectronicNotifications,
)
from sanctions.integrations.errors import NotConfigured
from sanctions.integrations.handover.adapter import HttpSanctionSystem, SanctionSystem
from sanctions.integrations.holders.adapter import HolderRegister, HttpHolderRegister
from sanctions.integrations.http import ServiceClient
from sanctions.integrations.payment.adapter import HttpPaymentGateway, PaymentGateway
from sanctions.integrations.post.adapter import HttpPostProvider, PostProvider
from sanctions.integrations.systems import LABELS, System, address_of


@contextmanager
def client_for(settings: Settings, system: System) -> Iterator[ServiceClient]:
    """A connection to `system`. Raises NotConfigured or OutsideForbidden."""
    address = address_of(settings, system)
    if address is None:
        raise NotConfigured("%(system)s is not configured.", system=LABELS[system])
    with ServiceClient(address, settings.environment) as client:
        yield client


@contextmanager
def sanction_system(settings: Settings) -> Iterator[SanctionSystem]:
    with client_for(settings, System.HANDOVER) as client:
        yield HttpSanctionSystem(client)


@contextmanager
def holder_register(settings: Settings) -> Iterator[HolderRegister]:
    with client_for(settings, System.HOLDERS) as client:
        yield HttpHolderRegister(client)


@contextmanager
def electronic_notifications(settings: Settings) -> Iterator[ElectronicNotifications]:
    with client_for(settings, System.ELECTRONIC_NOTIFICATION) as client:
        yield HttpElectronicNotifications(client)


@contextmanager
def post_provider(settings: Settings) -> Iterator[PostProvider]:
    with client_for(settings, System.POST) as client:
        yield HttpPostProvider(client)


@contextmanager
def payment_gateway(settings: Settings) -> Iterator[PaymentGateway]:
    with client_for(settings, System.PAYMENT) as client:
        yield HttpPaymentGateway(client)
