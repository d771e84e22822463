"""The register."""

import sqlalchemy as sa
from alembic import op

from core.append_only import append_only_statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_list_change",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plate_hash", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_access_list_change")),
    )
    op.create_table(
        "control_point",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("health", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("bearing", sa.Integer(), nullable=False),
        sa.Column("resolution_ref", sa.String(), nullable=True),
        sa.Column("signs_verified_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_control_point")),
    )
    op.create_table(
        "holder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_holder_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder")),
    )
    op.create_table(
        "local_holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_local_holiday")),
    )
    op.create_table(
        "permits_counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_permits_counter")),
    )
    op.create_table(
        "profile",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("reference_prefix", sa.String(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("control_points", sa.JSON(), nullable=False),
        sa.Column("vehicle_classes", sa.JSON(), nullable=False),
        sa.Column("max_mass_kg", sa.Integer(), nullable=True),
        sa.Column("max_height_cm", sa.Integer(), nullable=True),
        sa.Column("max_stay_minutes", sa.Integer(), nullable=True),
        sa.Column("entries_per_day", sa.Integer(), nullable=True),
        sa.Column("entries_per_month", sa.Integer(), nullable=True),
        sa.Column("entries_per_year", sa.Integer(), nullable=True),
        sa.Column("validity_days", sa.Integer(), nullable=True),
        sa.Column("max_vehicles", sa.Integer(), nullable=False),
        sa.Column("plate_changes_per_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_profile")),
    )
    op.create_table(
        "vehicle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=False),
        sa.Column("plate_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("vehicle_class", sa.String(), nullable=True),
        sa.Column("mass_kg", sa.Integer(), nullable=True),
        sa.Column("height_cm", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
        sa.UniqueConstraint("plate_hash", name=op.f("uq_vehicle_plate_hash")),
    )
    op.create_table(
        "zone",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("polygon", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("open_windows", sa.JSON(), nullable=False),
        sa.Column("loading_windows", sa.JSON(), nullable=False),
        sa.Column("loading_classes", sa.JSON(), nullable=False),
        sa.Column("loading_max_stay_minutes", sa.Integer(), nullable=True),
        sa.Column("loading_entries_per_day", sa.Integer(), nullable=True),
        sa.Column("warning_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_zone")),
    )
    op.create_table(
        "authorisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("profile_code", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("control_points", sa.JSON(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("max_vehicles", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.id"], name=op.f("fk_authorisation_holder_id_holder")
        ),
        sa.ForeignKeyConstraint(
            ["profile_code"], ["profile.code"], name=op.f("fk_authorisation_profile_code_profile")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
        sa.UniqueConstraint("reference", name=op.f("uq_authorisation_reference")),
    )
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorisation_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_authorisation_profile_code"), ["profile_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_authorisation_state"), ["state"], unique=False)
    op.create_table(
        "holder_token",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["holder.id"],
            name=op.f("fk_holder_token_holder_id_holder"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token", "holder_id", name=op.f("pk_holder_token")),
    )
    with op.batch_alter_table("holder_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holder_token_holder_id"), ["holder_id"], unique=False)
    op.create_table(
        "authorisation_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authorisation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
            name=op.f("fk_authorisation_event_authorisation_id_authorisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation_event")),
    )
    with op.batch_alter_table("authorisation_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_authorisation_event_authorisation_id"),
            ["authorisation_id"],
            unique=False,
        )
    op.create_table(
        "plate_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authorisation_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
            name=op.f("fk_plate_assignment_authorisation_id_authorisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_plate_assignment_vehicle_id_vehicle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plate_assignment")),
        sa.UniqueConstraint("receipt", name=op.f("uq_plate_assignment_receipt")),
    )
    with op.batch_alter_table("plate_assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plate_assignment_authorisation_id"), ["authorisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_plate_assignment_vehicle_id"), ["vehicle_id"], unique=False
        )
        batch_op.create_index(
            "uq_plate_assignment_current",
            ["authorisation_id", "vehicle_id"],
            unique=True,
            sqlite_where=sa.text("assigned_until IS NULL"),
            postgresql_where=sa.text("assigned_until IS NULL"),
        )
    op.create_table(
        "stay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("plate_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entry_passage_id", sa.Uuid(), nullable=True),
        sa.Column("exit_passage_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("authorisation_id", sa.Uuid(), nullable=True),
        sa.Column("by_loading_rule", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
            name=op.f("fk_stay_authorisation_id_authorisation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("entry_passage_id", name=op.f("uq_stay_entry_passage_id")),
        sa.UniqueConstraint("exit_passage_id", name=op.f("uq_stay_exit_passage_id")),
    )
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stay_authorisation_id"), ["authorisation_id"], unique=False
        )
        batch_op.create_index(
            "ix_stay_plate_hash_zone_entered_at", ["plate_hash", "zone", "entered_at"], unique=False
        )
    op.create_table(
        "quota_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authorisation_id", sa.Uuid(), nullable=False),
        sa.Column("stay_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
            name=op.f("fk_quota_entry_authorisation_id_authorisation"),
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["stay.id"], name=op.f("fk_quota_entry_stay_id_stay"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_entry")),
        sa.UniqueConstraint("stay_id", name=op.f("uq_quota_entry_stay_id")),
    )
    with op.batch_alter_table("quota_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_quota_entry_authorisation_id_entered_at",
            ["authorisation_id", "entered_at"],
            unique=False,
        )
    for statement in append_only_statements(
        "authorisation_event",
        op.get_bind().dialect.name,
        owner=("authorisation", "authorisation_id"),
    ):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("quota_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_quota_entry_authorisation_id_entered_at")
    op.drop_table("quota_entry")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index("ix_stay_plate_hash_zone_entered_at")
        batch_op.drop_index(batch_op.f("ix_stay_authorisation_id"))
    op.drop_table("stay")
    with op.batch_alter_table("plate_assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plate_assignment_current",
            sqlite_where=sa.text("assigned_until IS NULL"),
            postgresql_where=sa.text("assigned_until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_plate_assignment_vehicle_id"))
        batch_op.drop_index(batch_op.f("ix_plate_assignment_authorisation_id"))
    op.drop_table("plate_assignment")
    with op.batch_alter_table("authorisation_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authorisation_event_authorisation_id"))
    op.drop_table("authorisation_event")
    with op.batch_alter_table("holder_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holder_token_holder_id"))
    op.drop_table("holder_token")
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authorisation_state"))
        batch_op.drop_index(batch_op.f("ix_authorisation_profile_code"))
        batch_op.drop_index(batch_op.f("ix_authorisation_holder_id"))
    op.drop_table("authorisation")
    op.drop_table("zone")
    op.drop_table("vehicle")
    op.drop_table("profile")
    op.drop_table("permits_counter")
    op.drop_table("local_holiday")
    op.drop_table("holder")
    op.drop_table("control_point")
    op.drop_table("access_list_change")
