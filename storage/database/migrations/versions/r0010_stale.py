"""Parts of the index that a migration leaves to be derived again; 0003 makes the table for older archives."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """The table, where 0003 of an earlier version did not make it."""
    op.execute(
        "CREATE TABLE IF NOT EXISTS stale (name VARCHAR(36) NOT NULL, CONSTRAINT pk_stale PRIMARY KEY (name))"
    )


def downgrade() -> None:
    """An empty table hurts nobody."""
