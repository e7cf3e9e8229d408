"""Pages by where they were handed in, not by their bytes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_BROUGHT = """
    UPDATE page SET receipt_id = coalesce((
        SELECT min(receipt.id) FROM receipt
        WHERE receipt.sha256 = page.scan AND receipt.batch_id = page.batch_id
        AND receipt.stack = page.stack AND receipt.linked_to IS NULL AND receipt.refusal IS NULL
    ), '')
"""


def upgrade() -> None:
    """The key of a page has the receipt that brought it, so that the same bytes may be handed in twice."""
    with op.batch_alter_table("page") as page:
        page.add_column(sa.Column("receipt_id", sa.String(36), nullable=False, server_default=""))
    op.execute(_BROUGHT)
    with op.batch_alter_table("page") as page:
        page.drop_constraint("pk_page", type_="primary")
        page.create_primary_key("pk_page", ["scan", "page_number", "receipt_id"])
    op.create_index("ix_page_receipt_id", "page", ["receipt_id"])


def downgrade() -> None:
    """Pages of bytes that were handed in twice keep one of their places."""
    op.execute(
        "DELETE FROM page WHERE receipt_id <> (SELECT min(receipt_id) FROM page AS other"
        " WHERE other.scan = page.scan AND other.page_number = page.page_number)"
    )
    op.drop_index("ix_page_receipt_id", "page")
    with op.batch_alter_table("page") as page:
        page.drop_constraint("pk_page", type_="primary")
        page.create_primary_key("pk_page", ["scan", "page_number"])
        page.drop_column("receipt_id")
