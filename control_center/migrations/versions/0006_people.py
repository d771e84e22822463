"""People: entitlements, imports, applications, notices, visits to the desk, outages."""

import sqlalchemy as sa
from alembic import op

revision = "0006_people"
down_revision = "0005_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("problem_values", sa.JSON(), nullable=True),
        sa.Column("store_key", sa.String(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(op.f("ix_import_run_kind"), "import_run", ["kind"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(op.f("ix_notice_about"), "notice", ["about"], unique=False)
    op.create_index(op.f("ix_notice_recipient_id"), "notice", ["recipient_id"], unique=False)
    op.create_index(op.f("ix_notice_state"), "notice", ["state"], unique=False)

    op.create_table(
        "service_outage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("restored_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_outage")),
    )
    op.create_table(
        "desk_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_name", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("identified_by", sa.String(), nullable=False),
        sa.Column("proxy_name", sa.LargeBinary(), nullable=True),
        sa.Column("proxy_document", sa.LargeBinary(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.id"], name=op.f("fk_desk_visit_holder_id_holder")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_visit")),
    )
    op.create_index(op.f("ix_desk_visit_agent_id"), "desk_visit", ["agent_id"], unique=False)
    op.create_index(op.f("ix_desk_visit_holder_id"), "desk_visit", ["holder_id"], unique=False)

    op.create_table(
        "entitlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("profile_code", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("document_token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("place_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=16), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_code"], ["profile.code"], name=op.f("fk_entitlement_profile_code_profile")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        sa.UniqueConstraint("kind", "key_hash", name=op.f("uq_entitlement_kind_key_hash")),
    )
    op.create_index(
        op.f("ix_entitlement_document_token"), "entitlement", ["document_token"], unique=False
    )
    op.create_index(op.f("ix_entitlement_place_hash"), "entitlement", ["place_hash"], unique=False)
    op.create_index(
        op.f("ix_entitlement_profile_code"), "entitlement", ["profile_code"], unique=False
    )

    op.create_table(
        "import_dead_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("problem_values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_import_dead_letter_run_id_import_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_dead_letter")),
    )
    op.create_index(
        op.f("ix_import_dead_letter_run_id"), "import_dead_letter", ["run_id"], unique=False
    )

    op.create_table(
        "registry_entry",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("represented_by", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.id"], name=op.f("fk_registry_entry_holder_id_holder")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_registry_entry")),
    )
    op.create_index(
        op.f("ix_registry_entry_holder_id"), "registry_entry", ["holder_id"], unique=False
    )
    op.create_index(
        op.f("ix_registry_entry_reference"), "registry_entry", ["reference"], unique=False
    )

    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authorisation_id", sa.Uuid(), nullable=False),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("appeal", sa.LargeBinary(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
            name=op.f("fk_application_authorisation_id_authorisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("authorisation_id", name=op.f("uq_application_authorisation_id")),
        sa.UniqueConstraint("registration_number", name=op.f("uq_application_registration_number")),
    )
    op.create_index(
        "ix_application_open", "application", ["submitted_at", "answered_at"], unique=False
    )

    op.create_table(
        "application_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("store_key", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_document_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_document")),
    )
    op.create_index(
        op.f("ix_application_document_application_id"),
        "application_document",
        ["application_id"],
        unique=False,
    )

    op.create_table(
        "application_vehicle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=False),
        sa.Column("plate_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("vehicle_class", sa.String(), nullable=True),
        sa.Column("mass_kg", sa.Integer(), nullable=True),
        sa.Column("height_cm", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_vehicle_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_vehicle")),
        sa.UniqueConstraint(
            "application_id",
            "plate_hash",
            name=op.f("uq_application_vehicle_application_id_plate_hash"),
        ),
    )
    op.create_index(
        op.f("ix_application_vehicle_application_id"),
        "application_vehicle",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_vehicle_plate_hash"),
        "application_vehicle",
        ["plate_hash"],
        unique=False,
    )

    op.add_column("authorisation", sa.Column("entitlement_id", sa.Uuid(), nullable=True))
    op.create_index("ix_authorisation_entitlement_id", "authorisation", ["entitlement_id"])
    op.add_column("holder", sa.Column("address", sa.LargeBinary(), nullable=True))
    op.add_column(
        "holder",
        sa.Column("contact_channel", sa.String(), nullable=False, server_default="email"),
    )
    op.add_column("profile", sa.Column("retroactive_hours", sa.Integer(), nullable=True))
    op.add_column("zone", sa.Column("regularisation_hours", sa.Integer(), nullable=True))
    _add_freezes()


def _add_freezes() -> None:
    table = "pending_regularisation"
    began = sa.text("'2026-01-01 00:00:00+00'")
    moment = sa.DateTime(timezone=True)
    op.add_column(table, sa.Column("began_at", moment, nullable=False, server_default=began))
    op.add_column(table, sa.Column("hours", sa.Integer(), nullable=False, server_default="72"))
    op.add_column(table, sa.Column("frozen_since", moment, nullable=True))
    op.add_column(table, sa.Column("frozen_by", sa.String(), nullable=True))
    op.execute(f"UPDATE {table} SET began_at = opened_at")  # noqa: S608
