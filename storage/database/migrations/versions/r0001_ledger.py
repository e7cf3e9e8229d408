"""The first ledger: batches, receipts, pages, dossiers, papers, audit, and the search index.

Search has two columns each: `exact` with marks, `folded` without. SQLite indexes them with FTS5,
PostgreSQL with generated `tsvector` columns.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)

_FTS5 = (
    "CREATE VIRTUAL TABLE paper_fts USING fts5(exact, folded, content='paper', "
    "content_rowid='number', tokenize=\"unicode61 remove_diacritics 0\")",
    "CREATE TRIGGER paper_fts_insert AFTER INSERT ON paper BEGIN INSERT INTO paper_fts(rowid, "
    "exact, folded) VALUES (new.number, new.exact, new.folded); END",
    "CREATE TRIGGER paper_fts_delete AFTER DELETE ON paper BEGIN INSERT INTO paper_fts(paper_fts, "
    "rowid, exact, folded) VALUES ('delete', old.number, old.exact, old.folded); END",
    "CREATE TRIGGER paper_fts_update AFTER UPDATE ON paper BEGIN INSERT INTO paper_fts(paper_fts, "
    "rowid, exact, folded) VALUES ('delete', old.number, old.exact, old.folded); INSERT INTO "
    "paper_fts(rowid, exact, folded) VALUES (new.number, new.exact, new.folded); END",
)
_TSVECTOR = (
    "ALTER TABLE paper ADD COLUMN exact_words tsvector GENERATED ALWAYS AS "
    "(to_tsvector('simple', left(exact, 200000))) STORED",
    "ALTER TABLE paper ADD COLUMN folded_words tsvector GENERATED ALWAYS AS "
    "(to_tsvector('simple', left(folded, 200000))) STORED",
    "CREATE INDEX gin_paper_exact ON paper USING gin (exact_words)",
    "CREATE INDEX gin_paper_folded ON paper USING gin (folded_words)",
)


def upgrade() -> None:
    """Make all tables and the search index."""
    _batches()
    _papers()
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("action", sa.String(), nullable=False, index=True),
        sa.Column("target", sa.String(), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    for statement in _FTS5 if op.get_bind().dialect.name == "sqlite" else _TSVECTOR:
        op.execute(statement)


def downgrade() -> None:
    """Drop everything: the object store holds it all."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE paper_fts")
    for table in ("audit", "paper", "dossier", "page", "receipt", "batch"):
        op.drop_table(table)


def _batches() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False, index=True),
        sa.Column("created_at", _WHEN, nullable=False),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batch.id"), nullable=False, index=True),
        sa.Column("stack", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), index=True),
        sa.Column("linked_to", sa.String(36)),
        sa.Column("refusal", sa.String()),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "page",
        sa.Column("scan", sa.String(64), primary_key=True),
        sa.Column("page_number", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("stack", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("reading_key", sa.String(64)),
        sa.Column("refusal", _JSON),
    )
    op.create_index("ix_page_batch_id_stack_outcome", "page", ["batch_id", "stack", "outcome"])


def _papers() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batch.id"), nullable=False, index=True),
        sa.Column("stack", sa.String(), nullable=False),
        sa.Column("code", sa.String(), index=True),
        sa.Column("unit", sa.String(), nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "paper",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("document_type", sa.String(), nullable=False, index=True),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
    )
