"""The whole life of a case: duties, deadlines, prices, writings, second reviews, versions."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from core.append_only import append_only_statements
from core.errors import SetupProblem

revision = "0009_cases"
down_revision = "0008_papers"
branch_labels = None
depends_on = None

_STATES = (
    *("agent_rejected", "agent_validated", "allegations", "annulled", "candidate", "discarded"),
    *("driver_identified", "enforced_collection", "final", "firm", "holder_found", "informed"),
    *("lapsed", "notified", "notifying", "paid_reduced", "ready", "reconsideration"),
    *("regularised", "resolved", "time_barred", "voluntarily_paid"),
)
_CLOSED = (
    *("agent_rejected", "annulled", "discarded", "driver_identified", "enforced_collection"),
    *("informed", "lapsed", "paid_reduced", "regularised", "time_barred", "voluntarily_paid"),
)
_VALIDATED = (
    *("agent_validated", "allegations", "driver_identified", "enforced_collection", "final"),
    *("firm", "holder_found", "informed", "notified", "notifying", "paid_reduced"),
    *("reconsideration", "resolved", "voluntarily_paid"),
)
_APPEND_ONLY = (
    *("case_version", "case_submission", "case_report_request", "case_agent_report"),
    *("case_proposal", "case_resolution"),
)


def _in(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


_CHECKS = {
    "known_state": _in(_STATES),
    "validated_by_a_numbered_agent": f"NOT ({_in(_VALIDATED)}) OR agent_number IS NOT NULL",
    "closed_has_its_time": f"({_in(_CLOSED)}) = (closed_at IS NOT NULL)",
    "agent_is_not_instructor": "validated_by IS NULL OR instructed_by IS NULL"
    " OR validated_by <> instructed_by",
    "resolver_is_a_third_person": "resolved_by IS NULL OR ((validated_by IS NULL"
    " OR validated_by <> resolved_by) AND (instructed_by IS NULL"
    " OR instructed_by <> resolved_by))",
}


def upgrade() -> None:
    op.add_column("case_picture", sa.Column("altered_at", sa.DateTime(timezone=True)))
    with _children_kept():
        _widen_cases()
    _create_tables()
    skipped = sa.text("kind = 'skipped'")
    op.create_index(
        "ix_case_event_skipped",
        "case_event",
        ["actor_id", "at"],
        sqlite_where=skipped,
        postgresql_where=skipped,
    )
    for table in _APPEND_ONLY:
        for statement in append_only_statements(
            table, op.get_bind().dialect.name, owner=("infraction_case", "case_id")
        ):
            op.execute(statement)


@contextmanager
def _children_kept() -> Iterator[None]:
    """SQLite changes a table by making it anew: what hangs on it is put aside meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    triggers = sa.text(
        "SELECT name, sql FROM sqlite_master"
        " WHERE type = 'trigger' AND sql LIKE '%infraction_case%'"
    )
    kept = op.get_bind().execute(triggers).all()
    for name, _ in kept:
        op.execute(f"DROP TRIGGER {name}")
    for table in ("case_event", "case_picture"):
        op.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608
    yield
    for table in ("case_event", "case_picture"):
        op.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608
        op.execute(f"DROP TABLE kept_{table}")
    for _, sql in kept:
        op.execute(sql)


def _widen_cases() -> None:
    with op.batch_alter_table("infraction_case") as batch_op:
        batch_op.add_column(sa.Column("plate_hash", sa.LargeBinary(length=16), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("opened_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("barred_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("is_warning", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("severity", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("legal_basis", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("amount_cents", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reduced_cents", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("paid_cents", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("repeat_of", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("hold", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("legal_hold", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("second_look_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("validated_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("instructed_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("instructed_by_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("resolved_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("resolved_by_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("served_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("resolution_served_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("appealed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("firm_on", sa.Date(), nullable=True))
    op.execute("UPDATE infraction_case SET barred_at = limitation_at")
    op.execute(f"UPDATE infraction_case SET closed_at = opened_at WHERE {_in(_CLOSED)}")  # noqa: S608
    with op.batch_alter_table("infraction_case") as batch_op:
        batch_op.alter_column("barred_at", nullable=False)
        batch_op.alter_column("version", server_default=None)
        batch_op.alter_column("is_warning", server_default=None)
        batch_op.alter_column("legal_hold", server_default=None)
        for name in ("known_state", "validated_by_a_numbered_agent"):
            batch_op.drop_constraint(op.f(f"ck_infraction_case_{name}"), type_="check")
        for name, condition in _CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_infraction_case_{name}"), condition)
        for column in ("closed_at", "plate_hash", "repeat_of", "state"):
            batch_op.create_index(batch_op.f(f"ix_infraction_case_{column}"), [column])
        for column in ("repeat_of", "parent_id"):
            batch_op.create_foreign_key(
                batch_op.f(f"fk_infraction_case_{column}_infraction_case"),
                "infraction_case",
                [column],
                ["id"],
                ondelete="SET NULL",
            )


def _create_tables() -> None:
    op.create_table(
        "non_working_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_non_working_day")),
    )
    op.create_table(
        "offence_price",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("offence", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("reduction_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('minor', 'serious')", name=op.f("ck_offence_price_known_severity")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_offence_price_amount_is_positive")),
        sa.CheckConstraint(
            "reduction_percent BETWEEN 0 AND 100",
            name=op.f("ck_offence_price_reduction_is_a_share"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offence_price")),
        sa.UniqueConstraint(
            "zone", "offence", "valid_from", name=op.f("uq_offence_price_zone_offence_valid_from")
        ),
    )
    op.create_table(
        "case_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("has_new_facts", sa.Boolean(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_proposal_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_proposal")),
    )
    op.create_index(op.f("ix_case_proposal_case_id"), "case_proposal", ["case_id"])

    op.create_table(
        "case_refund",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_by_name", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_refund_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_refund")),
    )
    op.create_table(
        "case_report_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_by_name", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_report_request_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_report_request")),
    )
    op.create_index(op.f("ix_case_report_request_case_id"), "case_report_request", ["case_id"])

    op.create_table(
        "case_second_review",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by", sa.Uuid(), nullable=True),
        sa.Column("first_verdict", sa.String(), nullable=False),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_by_name", sa.String(), nullable=True),
        sa.Column("second_verdict", sa.String(), nullable=True),
        sa.Column("second_reason", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_second_review_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_second_review")),
    )
    op.create_index(op.f("ix_case_second_review_decided_at"), "case_second_review", ["decided_at"])

    op.create_table(
        "case_submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("timeliness", sa.String(), nullable=False),
        sa.Column("registry_reference", sa.String(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_submission_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_submission")),
    )
    op.create_index(op.f("ix_case_submission_case_id"), "case_submission", ["case_id"])

    op.create_table(
        "case_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("offence", sa.String(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_version_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_version")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_version_case_id_number")),
    )
    op.create_table(
        "liable_person",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("identity_number", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_liable_person_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_liable_person")),
    )
    op.create_table(
        "case_agent_report",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_by_name", sa.String(), nullable=False),
        sa.Column("agent_number", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_agent_report_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["case_report_request.id"],
            name=op.f("fk_case_agent_report_request_id_case_report_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_case_agent_report")),
    )
    op.create_index(op.f("ix_case_agent_report_case_id"), "case_agent_report", ["case_id"])

    op.create_table(
        "case_resolution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_resolution_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["case_proposal.id"],
            name=op.f("fk_case_resolution_proposal_id_case_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_resolution")),
    )
    op.create_index(op.f("ix_case_resolution_case_id"), "case_resolution", ["case_id"])


def downgrade() -> None:
    raise SetupProblem(
        "This migration can't be undone: its columns hold the life of cases, which is nowhere "
        "else. Restore the database from before it."
    )
