"""Infraction cases."""

import sqlalchemy as sa
from alembic import op

from core.append_only import append_only_statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_counter")),
    )
    op.create_table(
        "infraction_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offence", sa.String(), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("control_point", sa.String(), nullable=False),
        sa.Column("control_point_name", sa.String(), nullable=False),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("regularisation_deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limitation_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_by_name", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent_number", sa.String(), nullable=True),
        sa.CheckConstraint(
            "NOT (state IN ('agent_validated')) OR agent_number IS NOT NULL",
            name=op.f("ck_infraction_case_validated_by_a_numbered_agent"),
        ),
        sa.CheckConstraint(
            "state IN ('agent_rejected', 'agent_validated', 'allegations', 'annulled', 'candidate', 'discarded', 'driver_identified', 'enforced_collection', 'final', 'firm', 'holder_found', 'lapsed', 'notified', 'notifying', 'paid_reduced', 'ready', 'reconsideration', 'regularised', 'resolved', 'time_barred', 'voluntarily_paid')",  # noqa: E501
            name=op.f("ck_infraction_case_known_state"),
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_at IS NULL)",
            name=op.f("ck_infraction_case_claim_has_agent_and_time"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infraction_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_infraction_case_reference")),
    )
    with op.batch_alter_table("infraction_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_infraction_case_passage_id"), ["passage_id"], unique=False
        )
        batch_op.create_index(
            "ix_infraction_case_review_limitation_at",
            ["limitation_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('candidate', 'ready')"),
            postgresql_where=sa.text("state IN ('candidate', 'ready')"),
        )
        batch_op.create_index(
            "uq_infraction_case_open_passage_id",
            ["passage_id"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('agent_validated', 'allegations', 'candidate', 'final', 'firm', 'holder_found', 'notified', 'notifying', 'ready', 'reconsideration', 'resolved')"  # noqa: E501
            ),
            postgresql_where=sa.text(
                "state IN ('agent_validated', 'allegations', 'candidate', 'final', 'firm', 'holder_found', 'notified', 'notifying', 'ready', 'reconsideration', 'resolved')"  # noqa: E501
            ),
        )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("agent_number", sa.String(), nullable=True),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_event_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_event_case_id_number")),
    )
    op.create_table(
        "case_picture",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("evidence_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_case_picture_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_case_picture")),
    )
    for statement in append_only_statements(
        "case_event", op.get_bind().dialect.name, owner=("infraction_case", "case_id")
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("case_picture")
    op.drop_table("case_event")
    with op.batch_alter_table("infraction_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_infraction_case_open_passage_id",
            sqlite_where=sa.text(
                "state IN ('agent_validated', 'allegations', 'candidate', 'final', 'firm', 'holder_found', 'notified', 'notifying', 'ready', 'reconsideration', 'resolved')"  # noqa: E501
            ),
            postgresql_where=sa.text(
                "state IN ('agent_validated', 'allegations', 'candidate', 'final', 'firm', 'holder_found', 'notified', 'notifying', 'ready', 'reconsideration', 'resolved')"  # noqa: E501
            ),
        )
        batch_op.drop_index(
            "ix_infraction_case_review_limitation_at",
            sqlite_where=sa.text("state IN ('candidate', 'ready')"),
            postgresql_where=sa.text("state IN ('candidate', 'ready')"),
        )
        batch_op.drop_index(batch_op.f("ix_infraction_case_passage_id"))
    op.drop_table("infraction_case")
    op.drop_table("case_counter")
