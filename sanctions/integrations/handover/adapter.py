"""The city's sanction system behind one small interface."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel

from sanctions.integrations.errors import AnswerNotUnderstood
from sanctions.integrations.handover.wire import Catalogue, DayReport, Receipt, Remittance
from sanctions.integrations.http import WIRE, ServiceClient


class SanctionSystem(Protocol):
    """What Sarbide needs of whatever sanction system a city has.

    All methods raise ServiceDown, AnswerNotUnderstood or RequestRefused.
    """

    def send(self, batch: Remittance) -> Receipt:
        """Hand over a batch. The same batch again gets the same receipt."""
        ...

    def receipt(self, batch_id: UUID) -> Receipt | None:
        """The receipt of a batch that may have arrived; None when it did not."""
        ...

    def receipts(self, since: date) -> Sequence[Receipt]:
        """All receipts from `since` on, also those of batches that are not ours."""
        ...

    def day(self, day: date) -> DayReport:
        """What was taken in and what was rejected of that day's batches."""
        ...

    def catalogue(self) -> Catalogue:
        """The infraction catalogue in force and before."""
        ...


class _Receipts(BaseModel):
    model_config = WIRE
    RESPOSTES: tuple[Receipt, ...]


class HttpSanctionSystem:
    """The reference implementation."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def send(self, batch: Remittance) -> Receipt:
        receipt = self._client.post("/batches", batch, Receipt, once=batch.ID_REMESA)
        return _of(receipt, batch.ID_REMESA)

    def receipt(self, batch_id: UUID) -> Receipt | None:
        receipt = self._client.find(f"/batches/{batch_id}", Receipt)
        return None if receipt is None else _of(receipt, str(batch_id))

    def receipts(self, since: date) -> Sequence[Receipt]:
        found = self._client.get("/receipts", _Receipts, since=since.strftime("%Y%m%d"))
        return found.RESPOSTES

    def day(self, day: date) -> DayReport:
        wanted = day.strftime("%Y%m%d")
        report = self._client.get(f"/days/{wanted}", DayReport)
        if wanted != report.DATA:
            raise AnswerNotUnderstood(
                "handover answers for another day than was asked. Nothing of it was used."
            )
        return report

    def catalogue(self) -> Catalogue:
        return self._client.get("/catalogue", Catalogue)


def _of(receipt: Receipt, batch_id: str) -> Receipt:
    """Raises AnswerNotUnderstood for the receipt of another batch: it proves nothing of ours."""
    if batch_id != receipt.ID_REMESA:
        raise AnswerNotUnderstood(
            "handover answers with the receipt of another batch. Nothing of it was used; the batch "
            "is asked for again."
        )
    return receipt
