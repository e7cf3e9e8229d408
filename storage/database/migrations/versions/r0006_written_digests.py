"""Hashes of objects, kept from the moment they are written."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; what was written before is known from the sweeps."""
    op.create_table(
        "written_digest",
        sa.Column("key", _SORTED, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("written_digest")
