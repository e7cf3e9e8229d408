"""Stacks that wait for a worker; how long each page took."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table; `storage.queues.stacks.reconcile` fills it from the waiting pages."""
    op.create_table(
        "stack",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("stack", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("suspect", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("token", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("holder", sa.String(), nullable=False, server_default=""),
        sa.Column("until", _WHEN),
        sa.Column("since", _WHEN, nullable=False),
        sa.UniqueConstraint("batch_id", "stack"),
        sqlite_autoincrement=True,
    )
    for columns in (["suspect", "turn", "number"], ["unit", "turn"], ["until"], ["since"]):
        op.create_index(op.f(f"ix_stack_{'_'.join(columns)}"), "stack", columns)
    op.add_column("page", sa.Column("seconds", sa.Float()))
    op.create_index(op.f("ix_page_read_at"), "page", ["read_at"])
    op.create_index(op.f("ix_page_outcome"), "page", ["outcome"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_page_outcome"), "page")
    op.drop_index(op.f("ix_page_read_at"), "page")
    op.drop_column("page", "seconds")
    op.drop_table("stack")
