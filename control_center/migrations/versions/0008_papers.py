"""Evidence packages, documents, verification codes, and the reports that devices signed."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0008_papers"
down_revision = "0007_integrations"
branch_labels = None
depends_on = None


def _case_id() -> sa.Column[UUID]:
    return sa.Column("case_id", sa.Uuid(), nullable=False)


def _case(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_case_id_infraction_case")
    return sa.ForeignKeyConstraint(
        ["case_id"], ["infraction_case.id"], name=name, ondelete="CASCADE"
    )


def upgrade() -> None:
    with op.batch_alter_table("read") as batch_op:
        batch_op.add_column(sa.Column("signed_report", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("signature", sa.String(length=100), nullable=True))
    _create_packages()
    _create_documents()


def _create_packages() -> None:
    op.create_table(
        "evidence_package",
        sa.Column("id", sa.Uuid(), nullable=False),
        _case_id(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_by_name", sa.String(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft_key", sa.String(), nullable=True),
        sa.Column("store_key", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'finished') = (store_key IS NOT NULL)",
            name=op.f("ck_evidence_package_finished_has_its_file"),
        ),
        _case("evidence_package"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_package")),
        sa.UniqueConstraint(
            "case_id", "kind", "number", name=op.f("uq_evidence_package_case_id_kind_number")
        ),
    )
    op.create_index(op.f("ix_evidence_package_case_id"), "evidence_package", ["case_id"])
    op.create_table(
        "case_original",
        _case_id(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("evidence_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        _case("case_original"),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_case_original")),
    )


def _create_documents() -> None:
    op.create_table(
        "case_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        _case_id(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_by_name", sa.String(), nullable=False),
        sa.Column("store_key", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'finished') = (store_key IS NOT NULL)",
            name=op.f("ck_case_document_finished_has_its_file"),
        ),
        _case("case_document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_document")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_document_case_id_number")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_case_document_code_hash")),
    )
    op.create_index(op.f("ix_case_document_case_id"), "case_document", ["case_id"])
    op.create_table(
        "code_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_attempt")),
    )
    op.create_index(op.f("ix_code_attempt_scope"), "code_attempt", ["scope"])
    op.create_index(op.f("ix_code_attempt_at"), "code_attempt", ["at"])


def downgrade() -> None:
    for table in ("code_attempt", "case_document", "case_original", "evidence_package"):
        op.drop_table(table)
    with op.batch_alter_table("read") as batch_op:
        batch_op.drop_column("signature")
        batch_op.drop_column("signed_report")
