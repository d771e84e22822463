"""Who may ask for a permit for their guests."""

import sqlalchemy as sa
from alembic import op

revision = "0010_hosts"
down_revision = "0009_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'[]'")
    op.add_column("profile", sa.Column("hosts", sa.JSON(), nullable=False, server_default=empty))
