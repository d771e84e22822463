"""What everything that goes out has in common: it is sent by one worker at a time.

A network call never happens inside a transaction: a slow system outside must not keep the database
locked. So sending takes three steps: take the row in a transaction of its own, call, write down
the answer. A worker that dies in between leaves the row taken for `TAKEN_FOR`; then another sends
it again, under the same idempotency key.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped, mapped_column

TAKEN_FOR = timedelta(seconds=60)


class Outgoing:
    """Columns of a row that is sent."""

    sending_since: Mapped[datetime | None]
    """Real time at which a worker took it."""
    attempts: Mapped[int] = mapped_column(default=0)

    @classmethod
    def is_free(cls, real_now: datetime) -> ColumnElement[bool]:
        return or_(cls.sending_since.is_(None), cls.sending_since <= real_now - TAKEN_FOR)

    def take(self, real_now: datetime) -> bool:
        """Take it for sending; False when another worker has it. Lock the row before."""
        if self.sending_since is not None and real_now - self.sending_since < TAKEN_FOR:
            return False
        self.sending_since = real_now
        self.attempts += 1
        return True

    def give_back(self) -> None:
        """The call is over, one way or the other."""
        self.sending_since = None
