"""Rules with versions, faults of control points, duty of vehicles, counts that are kept."""

import sqlalchemy as sa
from alembic import op

from core.append_only import append_only_statements

revision = "0005_rules"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint(
            "kind", "code", "number", name=op.f("uq_rule_version_kind_code_number")
        ),
    )
    for statement in append_only_statements("rule_version", op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "control_point_fault",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("control_point", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_point"],
            ["control_point.code"],
            name=op.f("fk_control_point_fault_control_point_control_point"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_point_fault")),
    )
    op.create_index(
        op.f("ix_control_point_fault_control_point"), "control_point_fault", ["control_point"]
    )
    op.create_table(
        "duty_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name=op.f("fk_duty_statement_vehicle_id_vehicle"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_statement")),
    )
    op.create_index("ix_duty_statement_vehicle_id_at", "duty_statement", ["vehicle_id", "at"])
    op.create_table(
        "passage_count",
        sa.Column("quarter", sa.DateTime(timezone=True), nullable=False),
        sa.Column("control_point", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "control_point",
            "profile",
            "outcome",
            "reason",
            name=op.f("pk_passage_count"),
        ),
    )
    _new_columns()


def _new_columns() -> None:
    yes, no = sa.text("true"), sa.text("false")
    empty_list, empty_object = sa.text("'[]'"), sa.text("'{}'")
    op.add_column("zone", sa.Column("loading_max_mass_kg", sa.Integer()))
    op.add_column("zone", sa.Column("loading_max_height_cm", sa.Integer()))
    op.add_column(
        "zone", sa.Column("price_table", sa.JSON(), nullable=False, server_default=empty_object)
    )
    op.add_column("zone", sa.Column("active", sa.Boolean(), nullable=False, server_default=yes))
    op.add_column(
        "profile", sa.Column("zones", sa.JSON(), nullable=False, server_default=empty_list)
    )
    op.add_column(
        "profile", sa.Column("only_in_service", sa.Boolean(), nullable=False, server_default=no)
    )
    op.add_column("profile", sa.Column("lead_time_hours", sa.Integer()))
    op.add_column(
        "profile",
        sa.Column("evidence_required", sa.JSON(), nullable=False, server_default=empty_list),
    )
    op.add_column("profile", sa.Column("active", sa.Boolean(), nullable=False, server_default=yes))
    op.add_column("vehicle", sa.Column("class_evidence", sa.String()))
    op.add_column(
        "stay", sa.Column("entry_confident", sa.Boolean(), nullable=False, server_default=yes)
    )
    op.add_column("stay", sa.Column("incomplete_because", sa.String()))


def downgrade() -> None:
    for table, columns in (
        ("stay", ("incomplete_because", "entry_confident")),
        ("vehicle", ("class_evidence",)),
        (
            "profile",
            ("active", "evidence_required", "lead_time_hours", "only_in_service", "zones"),
        ),
        (
            "zone",
            ("active", "price_table", "loading_max_height_cm", "loading_max_mass_kg"),
        ),
    ):
        for column in columns:
            op.drop_column(table, column)
    for table in ("passage_count", "duty_statement", "control_point_fault", "rule_version"):
        op.drop_table(table)
