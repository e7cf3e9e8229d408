"""The desk: accounts, sessions, leases, uploads, drafts, samples; what the queue asks of papers."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)
_ID, _SHA256 = sa.String(36), sa.String(64)
_IN_ORDER = "ix_paper_state_read_at_dossier_id_number_unit"
_COUNTED = "ix_paper_state_unit_batch_id_document_type_doubts"
_FTS_UPDATE = (
    "CREATE TRIGGER paper_fts_update AFTER UPDATE ON paper BEGIN INSERT INTO paper_fts(paper_fts, "
    "rowid, exact, folded) VALUES ('delete', old.number, old.exact, old.folded); INSERT INTO "
    "paper_fts(rowid, exact, folded) VALUES (new.number, new.exact, new.folded); END"
)
_TABLES = ("sample_item", "sample", "draft", "session", "account", "lease", "hand", "pickup", "arrival")


def upgrade() -> None:
    """Add the desk's tables, and columns whose values are in the records already."""
    _columns()
    _intake()
    _people()
    _samples()


def downgrade() -> None:
    """Drop what was added; records keep what they hold."""
    for table in _TABLES:
        op.drop_table(table)
    for index in ("ix_paper_batch_id", "ix_paper_stale", _IN_ORDER, _COUNTED):
        op.drop_index(index, "paper")
    op.drop_index("ix_page_batch_id_read_at", "page")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER paper_fts_update")
        op.execute(_FTS_UPDATE)
    for table, names in (
        ("paper", ("unit", "batch_id", "read_at", "doubts", "stale")),
        ("page", ("view", "reasons", "read_at")),
        ("batch", ("record",)),
    ):
        for name in names:
            op.drop_column(table, name)


def _columns() -> None:
    op.add_column("batch", sa.Column("record", _JSON, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("page", sa.Column("view", _SHA256))
    op.add_column("page", sa.Column("reasons", sa.String(), nullable=False, server_default=""))
    op.add_column("page", sa.Column("read_at", _WHEN))
    op.add_column("paper", sa.Column("unit", sa.String(), nullable=False, server_default=""))
    op.add_column("paper", sa.Column("batch_id", _ID, nullable=False, server_default=""))
    op.add_column("paper", sa.Column("read_at", _WHEN, nullable=False, server_default="2000-01-01 00:00:00"))
    op.add_column("paper", sa.Column("doubts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("paper", sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false()))
    owner = "FROM dossier WHERE dossier.id = paper.dossier_id"
    op.execute(f"UPDATE paper SET unit = (SELECT unit {owner}), batch_id = (SELECT batch_id {owner})")  # noqa: S608
    _fill_from_records()
    op.create_index("ix_page_batch_id_read_at", "page", ["batch_id", "read_at"])
    op.create_index("ix_paper_batch_id", "paper", ["batch_id"])
    op.create_index("ix_paper_stale", "paper", ["stale"])
    op.create_index(_IN_ORDER, "paper", ["state", "read_at", "dossier_id", "number", "unit"])
    op.create_index(_COUNTED, "paper", ["state", "unit", "batch_id", "document_type", "doubts"])
    if op.get_bind().dialect.name == "sqlite":  # the search index only learns of changed text
        op.execute("DROP TRIGGER paper_fts_update")
        op.execute(_FTS_UPDATE.replace("UPDATE ON", "UPDATE OF exact, folded ON"))


def _fill_from_records() -> None:
    """Columns that index what a paper's record says."""
    bind = op.get_bind()
    paper = sa.table(
        "paper",
        sa.column("number"),
        sa.column("record", _JSON),
        sa.column("doubts"),
        sa.column("read_at", _WHEN),
    )
    for number, record in bind.execute(sa.select(paper.c.number, paper.c.record)).all():
        doubts = sum(bool(field.get("needs_review")) for field in record["fields"].values())
        read_at = datetime.fromisoformat(record["read_at"])
        bind.execute(paper.update().where(paper.c.number == number).values(doubts=doubts, read_at=read_at))


def _intake() -> None:
    op.create_table(
        "arrival",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("batch_id", _ID, sa.ForeignKey("batch.id"), nullable=False, index=True),
        sa.Column("waiting", sa.Boolean(), nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "pickup",
        sa.Column("batch_id", _ID, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("stack", sa.String(), primary_key=True),
    )
    op.create_table(
        "hand",
        sa.Column("paper_id", _ID, primary_key=True),
        sa.Column("login", sa.String(), primary_key=True),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", _WHEN, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("login", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String()),
        sa.Column("subject", sa.String(), unique=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _WHEN),
    )
    op.create_table(
        "session",
        sa.Column("id", _SHA256, primary_key=True),
        sa.Column("account_id", _ID, sa.ForeignKey("account.id"), index=True),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("seen_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        sa.Column("data", _JSON, nullable=False),
    )
    op.create_table(
        "draft",
        sa.Column("paper_id", _ID, primary_key=True),
        sa.Column("login", sa.String(), primary_key=True),
        sa.Column("record", _JSON, nullable=False),
    )


def _samples() -> None:
    op.create_table(
        "sample",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("batch_id", _ID, sa.ForeignKey("batch.id"), nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "sample_item",
        sa.Column("sample_id", _ID, sa.ForeignKey("sample.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("paper_id", _ID, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("keyed_by", sa.String()),
        sa.Column("keyed", _JSON),
        sa.Column("wrong", sa.Boolean()),
    )
