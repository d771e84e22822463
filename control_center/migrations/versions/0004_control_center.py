"""Passages, pictures, devices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("control_points", sa.JSON(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_heartbeat", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("key_id", name=op.f("uq_device_key_id")),
    )
    op.create_table(
        "device_nonce",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name=op.f("pk_device_nonce")),
    )
    with op.batch_alter_table("device_nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_nonce_seen_at"), ["seen_at"], unique=False)
    op.create_table(
        "camera_gap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("camera", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_camera_gap_device_id_device"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_gap")),
        sa.UniqueConstraint(
            "device_id",
            "camera",
            "started_at",
            name=op.f("uq_camera_gap_device_id_camera_started_at"),
        ),
    )
    op.create_table(
        "camera_status",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("camera", sa.String(length=64), nullable=False),
        sa.Column("control_point", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("quality", sa.String(length=20), nullable=False),
        sa.Column("frames_per_second", sa.Double(), nullable=False),
        sa.Column("frames_dropped", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("last_frame_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_passage_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_camera_status_device_id_device"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_status")),
        sa.UniqueConstraint("device_id", "camera", name=op.f("uq_camera_status_device_id_camera")),
    )
    with op.batch_alter_table("camera_status", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_camera_status_control_point"), ["control_point"], unique=False
        )
    op.create_table(
        "passage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("control_point", sa.String(length=64), nullable=False),
        sa.Column("camera", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=True),
        sa.Column("plate_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("pictures_wanted", sa.String(length=10), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_passage_device_id_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_passage_control_point"), ["control_point"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_passage_plate_hash"), ["plate_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_passage_seen_at"), ["seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_passage_settled_at"), ["settled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_passage_status"), ["status"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("rule_version", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passage.id"],
            name=op.f("fk_decision_passage_id_passage"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_passage_id"), ["passage_id"], unique=False)
    op.create_table(
        "live_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passage.id"],
            name=op.f("fk_live_event_passage_id_passage"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_event")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pending_regularisation",
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("offence", sa.String(length=60), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exit_passage_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passage.id"],
            name=op.f("fk_pending_regularisation_passage_id_passage"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_pending_regularisation")),
    )
    with op.batch_alter_table("pending_regularisation", schema=None) as batch_op:
        batch_op.create_index("ix_pending_open_deadline", ["closed_at", "deadline"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_pending_regularisation_holder_id"), ["holder_id"], unique=False
        )
    op.create_table(
        "picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("store_key", sa.String(length=200), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passage.id"],
            name=op.f("fk_picture_passage_id_passage"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("passage_id", "kind", name=op.f("uq_picture_passage_id_kind")),
    )
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_picture_passage_id"), ["passage_id"], unique=False)
    op.create_table(
        "read",
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_offset_ms", sa.Double(), nullable=True),
        sa.Column("camera_quality", sa.String(length=20), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("edge_decision", sa.JSON(), nullable=True),
        sa.Column("software", sa.String(length=64), nullable=False),
        sa.Column("models", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passage.id"],
            name=op.f("fk_read_passage_id_passage"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_read")),
    )
    op.create_table(
        "read_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("plate", sa.LargeBinary(), nullable=True),
        sa.Column("vehicle_class", sa.String(length=20), nullable=True),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passage.id"],
            name=op.f("fk_read_correction_passage_id_passage"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_correction")),
    )
    with op.batch_alter_table("read_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_read_correction_passage_id"), ["passage_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("read_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_read_correction_passage_id"))
    op.drop_table("read_correction")
    op.drop_table("read")
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_picture_passage_id"))
    op.drop_table("picture")
    with op.batch_alter_table("pending_regularisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_regularisation_holder_id"))
        batch_op.drop_index("ix_pending_open_deadline")
    op.drop_table("pending_regularisation")
    op.drop_table("live_event")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_passage_id"))
    op.drop_table("decision")
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passage_status"))
        batch_op.drop_index(batch_op.f("ix_passage_settled_at"))
        batch_op.drop_index(batch_op.f("ix_passage_seen_at"))
        batch_op.drop_index(batch_op.f("ix_passage_plate_hash"))
        batch_op.drop_index(batch_op.f("ix_passage_control_point"))
    op.drop_table("passage")
    with op.batch_alter_table("camera_status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_camera_status_control_point"))
    op.drop_table("camera_status")
    op.drop_table("camera_gap")
    with op.batch_alter_table("device_nonce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_nonce_seen_at"))
    op.drop_table("device_nonce")
    op.drop_table("device")
