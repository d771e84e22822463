"""Integrations: how systems outside fare, what was sent to them, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0007_integrations"
down_revision = "0006_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_news")),
    )
    op.create_table(
        "handover_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_batch")),
        sa.UniqueConstraint("name", name=op.f("uq_handover_batch_name")),
    )
    with op.batch_alter_table("handover_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_batch_state"), ["state"], unique=False)

    op.create_table(
        "handover_catalogue_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("offence", sa.String(), nullable=False),
        sa.Column("norm", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("subarticle", sa.String(), nullable=False),
        sa.Column("option", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_catalogue_entry")),
    )
    with op.batch_alter_table("handover_catalogue_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handover_catalogue_entry_offence"), ["offence"], unique=False
        )

    op.create_table(
        "handover_counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_handover_counter")),
    )
    op.create_table(
        "handover_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("is_balanced", sa.Boolean(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_handover_day")),
    )
    op.create_table(
        "handover_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_name", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_receipt")),
        sa.UniqueConstraint("sha256", name=op.f("uq_handover_receipt_sha256")),
    )
    with op.batch_alter_table("handover_receipt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handover_receipt_batch_name"), ["batch_name"], unique=False
        )

    op.create_table(
        "integration_alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_by_name", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_alarm")),
    )
    with op.batch_alter_table("integration_alarm", schema=None) as batch_op:
        batch_op.create_index(
            "uq_integration_alarm_open",
            ["system", "kind", "subject"],
            unique=True,
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.create_table(
        "integration_state",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("rest_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("system", name=op.f("pk_integration_state")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("put_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("second_due_on", sa.Date(), nullable=True),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_delivery_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_external_id"), ["external_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_delivery_open_notice",
            ["case_id", "notice"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'under_way', 'first_failed')"),
            postgresql_where=sa.text("state IN ('waiting', 'under_way', 'first_failed')"),
        )

    op.create_table(
        "handover_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("control_digit", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("annulment_reason", sa.String(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("resend_until", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["handover_batch.id"],
            name=op.f("fk_handover_item_batch_id_handover_batch"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
    )
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_item_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_item_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_item_sent_on"), ["sent_on"], unique=False)
        batch_op.create_index(
            "uq_handover_item_live_case",
            ["case_id", "action"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'accepted', 'accepted_with_errors')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted', 'accepted_with_errors')"),
        )

    op.create_table(
        "holder_lookup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_holder_lookup_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder_lookup")),
    )
    with op.batch_alter_table("holder_lookup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holder_lookup_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "uq_holder_lookup_waiting_case",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "payment_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("is_reduced", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_order_positive_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["infraction_case.id"],
            name=op.f("fk_payment_order_case_id_infraction_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_order")),
    )
    with op.batch_alter_table("payment_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_order_case_id"), ["case_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("times_told", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["payment_order.id"],
            name=op.f("fk_payment_order_id_payment_order"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("transaction", name=op.f("uq_payment_transaction")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_order_id"), ["order_id"], unique=False)

    op.create_table(
        "refund_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by_name", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
            name=op.f("fk_refund_order_payment_id_payment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_order")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_refund_order_payment_id")),
    )
    with op.batch_alter_table("refund_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_order_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_order_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("refund_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_order_state"))
        batch_op.drop_index(batch_op.f("ix_refund_order_case_id"))

    op.drop_table("refund_order")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_order_id"))
        batch_op.drop_index(batch_op.f("ix_payment_case_id"))

    op.drop_table("payment")
    with op.batch_alter_table("payment_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_order_case_id"))

    op.drop_table("payment_order")
    with op.batch_alter_table("holder_lookup", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_holder_lookup_waiting_case",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_holder_lookup_case_id"))

    op.drop_table("holder_lookup")
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handover_item_live_case",
            sqlite_where=sa.text("state IN ('waiting', 'accepted', 'accepted_with_errors')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted', 'accepted_with_errors')"),
        )
        batch_op.drop_index(batch_op.f("ix_handover_item_sent_on"))
        batch_op.drop_index(batch_op.f("ix_handover_item_case_id"))
        batch_op.drop_index(batch_op.f("ix_handover_item_batch_id"))

    op.drop_table("handover_item")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_delivery_open_notice",
            sqlite_where=sa.text("state IN ('waiting', 'under_way', 'first_failed')"),
            postgresql_where=sa.text("state IN ('waiting', 'under_way', 'first_failed')"),
        )
        batch_op.drop_index(batch_op.f("ix_delivery_state"))
        batch_op.drop_index(batch_op.f("ix_delivery_external_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_case_id"))

    op.drop_table("delivery")
    op.drop_table("integration_state")
    with op.batch_alter_table("integration_alarm", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_integration_alarm_open",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.drop_table("integration_alarm")
    with op.batch_alter_table("handover_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_receipt_batch_name"))

    op.drop_table("handover_receipt")
    op.drop_table("handover_day")
    op.drop_table("handover_counter")
    with op.batch_alter_table("handover_catalogue_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_catalogue_entry_offence"))

    op.drop_table("handover_catalogue_entry")
    with op.batch_alter_table("handover_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_batch_state"))

    op.drop_table("handover_batch")
    op.drop_table("delivery_news")
