"""Reading accounts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.models import Account


def account_by_login(session: Session, login: str) -> Account | None:
    """The account that logs in as `login`, in whatever case it was typed."""
    return session.scalar(select(Account).where(Account.login == login.strip().casefold()))
