"""Accounts: a second factor, when somebody last signed in, who proposed an administrator."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NAMES = ("second_factor", "second_factor_step", "signed_in_at", "proposed_by")


def upgrade() -> None:
    """Add the columns; idle days count from today."""
    op.add_column("account", sa.Column("second_factor", sa.String(), nullable=True))
    op.add_column(
        "account", sa.Column("second_factor_step", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("account", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    account = sa.table("account", sa.column("signed_in_at", sa.DateTime(timezone=True)))
    op.execute(account.update().values(signed_in_at=sa.bindparam("now", datetime.now(UTC))))
    op.add_column("account", sa.Column("proposed_by", sa.String(36), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name in _NAMES:
        op.drop_column("account", name)
