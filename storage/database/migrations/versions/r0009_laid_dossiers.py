"""Dossiers as people laid them, several at a time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A table of how each dossier was last laid; those of earlier versions are read from the store."""
    op.create_table(
        "laid",
        sa.Column("dossier_id", sa.String(36), primary_key=True),
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("stack", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    )
    op.create_index("ix_laid_batch_id_stack", "laid", ["batch_id", "stack"])
    op.create_index("ix_laid_batch_id_number", "laid", ["batch_id", "number"])


def downgrade() -> None:
    """The store keeps them."""
    op.drop_table("laid")
