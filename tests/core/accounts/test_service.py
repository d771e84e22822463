"""Accounts: who gets in, who does not, and how often one may try."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import audit
from core.accounts import service
from core.accounts.models import Account, LoginSession
from core.accounts.service import (
    MAX_FAILURES_PER_LOGIN,
    actor_for_token,
    create_account,
    delete_expired,
    log_in,
    log_out,
)
from core.clock import utc_now
from core.errors import Conflict, InvalidInput, TooManyRequests, Unauthenticated
from core.identity import Role

PASSWORD = "correct horse battery"


@pytest.fixture
def agent(session: Session) -> Account:
    return create_account(
        session,
        login="Agent.1207",
        password=PASSWORD,
        display_name="Miren",
        roles=[Role.POLICE],
        agent_number="1207",
    )


@pytest.fixture
def resident(session: Session) -> Account:
    return create_account(
        session, login="jon", password=PASSWORD, display_name="Jon", roles=[Role.CITIZEN]
    )


class TestCreateAccount:
    def test_the_password_itself_is_not_kept(self, agent: Account) -> None:
        assert agent.password_hash.startswith("$argon2id$")
        assert PASSWORD not in agent.password_hash

    def test_logins_are_unique_whatever_their_case(self, session: Session, agent: Account) -> None:
        with pytest.raises(Conflict, match=r"agent\.1207"):
            create_account(
                session, login="AGENT.1207", password=PASSWORD, display_name="", roles=[Role.POLICE]
            )

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"login": "a b"}, "not a login"),
            ({"login": " "}, "not a login"),
            ({"password": "short"}, "12 to 200"),
            ({"password": "x" * 201}, "12 to 200"),
            ({"roles": []}, "needs a role"),
            ({"roles": [Role.DEVICE]}, "for people"),
            ({"roles": [Role.POLICE, Role.SYSTEM]}, "for people"),
        ],
    )
    def test_bad_input_is_named(
        self, session: Session, wrong: dict[str, object], message: str
    ) -> None:
        right = {
            "login": "ana",
            "password": PASSWORD,
            "display_name": "Ana",
            "roles": [Role.OPERATOR],
        }
        with pytest.raises(InvalidInput, match=message):
            create_account(session, **{**right, **wrong})  # type: ignore[arg-type]


class TestLogIn:
    def test_the_token_stands_for_the_person(self, session: Session, agent: Account) -> None:
        token = log_in(session, " agent.1207 ", PASSWORD, "staff")
        actor = actor_for_token(session, token, "staff")
        assert actor is not None
        assert (actor.id, actor.agent_number, actor.roles) == (
            agent.id,
            "1207",
            frozenset({Role.POLICE}),
        )

    def test_the_token_is_not_in_the_database(self, session: Session, agent: Account) -> None:
        token = log_in(session, "agent.1207", PASSWORD, "staff")
        session.flush()
        assert all(token.encode() not in row.token_hash for row in session.query(LoginSession))

    @pytest.mark.parametrize(
        ("login", "password"), [("agent.1207", "wrong"), ("nobody", PASSWORD), ("", "")]
    )
    def test_wrong_login_and_wrong_password_sound_the_same(
        self, session: Session, agent: Account, login: str, password: str
    ) -> None:
        with pytest.raises(Unauthenticated, match="The login or the password is wrong"):
            log_in(session, login, password, "staff")

    def test_an_inactive_account_stays_out_and_its_sessions_end(
        self, session: Session, agent: Account
    ) -> None:
        token = log_in(session, "agent.1207", PASSWORD, "staff")
        agent.active = False
        with pytest.raises(Unauthenticated):
            log_in(session, "agent.1207", PASSWORD, "staff")
        assert actor_for_token(session, token, "staff") is None

    def test_staff_and_residents_do_not_open_each_others_pages(
        self, session: Session, agent: Account, resident: Account
    ) -> None:
        with pytest.raises(Unauthenticated):
            log_in(session, "jon", PASSWORD, "staff")
        with pytest.raises(Unauthenticated):
            log_in(session, "agent.1207", PASSWORD, "citizen")
        token = log_in(session, "jon", PASSWORD, "citizen")
        assert actor_for_token(session, token, "staff") is None

    def test_after_many_failures_even_the_right_password_waits(
        self, session: Session, agent: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(MAX_FAILURES_PER_LOGIN):
            with pytest.raises(Unauthenticated):
                log_in(session, "agent.1207", "wrong", "staff")
        with pytest.raises(TooManyRequests, match="15 minutes"):
            log_in(session, "agent.1207", PASSWORD, "staff")
        later = utc_now() + service.ATTEMPT_WINDOW
        monkeypatch.setattr(service, "utc_now", lambda: later)
        assert log_in(session, "agent.1207", PASSWORD, "staff")

    def test_one_address_can_not_try_everybody(
        self, session: Session, agent: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "MAX_FAILURES_PER_ADDRESS", 3)
        for login in ("a1", "a2", "a3"):
            with pytest.raises(Unauthenticated):
                log_in(session, login, "wrong", "staff", address="192.0.2.7")
        with pytest.raises(TooManyRequests):
            log_in(session, "agent.1207", PASSWORD, "staff", address="192.0.2.7")
        assert log_in(session, "agent.1207", PASSWORD, "staff", address="192.0.2.8")

    def test_logging_in_and_out_is_on_record(self, session: Session, agent: Account) -> None:
        log_out(session, log_in(session, "agent.1207", PASSWORD, "staff"))
        actions = [row.action for row in audit.events(session, subject=f"account:{agent.id}")]
        assert actions == ["core:account:created", "core:login:started", "core:login:ended"]


class TestSessions:
    def test_logging_out_ends_the_session(self, session: Session, agent: Account) -> None:
        token = log_in(session, "agent.1207", PASSWORD, "staff")
        log_out(session, token)
        session.flush()
        assert actor_for_token(session, token, "staff") is None
        log_out(session, token)

    def test_a_session_ends_by_itself(
        self, session: Session, agent: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = log_in(session, "agent.1207", PASSWORD, "staff")
        end = utc_now() + service.SESSION_LENGTH["staff"]
        monkeypatch.setattr(service, "utc_now", lambda: end)
        assert actor_for_token(session, token, "staff") is None

    def test_expired_sessions_and_old_failures_are_deleted(
        self, session: Session, agent: Account
    ) -> None:
        log_in(session, "agent.1207", PASSWORD, "staff")
        with pytest.raises(Unauthenticated):
            log_in(session, "agent.1207", "wrong", "staff")
        assert delete_expired(session, utc_now()) == 0
        assert delete_expired(session, utc_now() + timedelta(days=1)) == 2
