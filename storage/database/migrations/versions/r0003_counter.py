"""The counter: whom papers speak of, what was used again, who asks through the API; a sharper search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)
_ID, _SHA256 = sa.String(36), sa.String(64)
_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TABLES = (
    "webhook",
    "reply",
    "token",
    "saved_search",
    "use_event",
    "submission",
    "undone",
    "revocation",
    "link",
    "person",
    "mention",
)
_FTS5 = (
    "CREATE VIRTUAL TABLE person_fts USING fts5(words, content='person', content_rowid='number', "
    "tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER person_fts_insert AFTER INSERT ON person BEGIN INSERT INTO person_fts(rowid, words) "
    "VALUES (new.number, new.words); END",
    "CREATE TRIGGER person_fts_delete AFTER DELETE ON person BEGIN INSERT INTO person_fts(person_fts, rowid, "
    "words) VALUES ('delete', old.number, old.words); END",
    "CREATE TRIGGER person_fts_update AFTER UPDATE OF words ON person BEGIN INSERT INTO "
    "person_fts(person_fts, rowid, words) VALUES ('delete', old.number, old.words); INSERT INTO "
    "person_fts(rowid, words) VALUES (new.number, new.words); END",
)
_TSVECTOR = (
    "ALTER TABLE person ADD COLUMN search_words tsvector GENERATED ALWAYS AS "
    "(to_tsvector('simple', words)) STORED",
    "CREATE INDEX gin_person ON person USING gin (search_words)",
)
_WORDS_ONLY = r"to_tsvector('simple', regexp_replace(left({0}, 200000), '[^[:alnum:]]+', ' ', 'g'))"
"""PostgreSQL's parser takes `15/2019-xntthn` for a file's path; words are what people type."""
_STALE = (
    "CREATE TABLE IF NOT EXISTS stale (name VARCHAR(36) NOT NULL, CONSTRAINT pk_stale PRIMARY KEY (name))"
)
_AS_BEFORE = "to_tsvector('simple', left({0}, 200000))"


def upgrade() -> None:
    """Add the counter's tables, and what search asks of papers."""
    op.add_column("paper", sa.Column("dated", sa.String(), nullable=False, server_default=""))
    op.add_column("dossier", sa.Column("procedure", sa.String()))
    op.create_index("ix_dossier_procedure", "dossier", ["procedure"])
    _subjects()
    _uses()
    _programs()
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FTS5:
            op.execute(statement)
    else:
        for statement in _TSVECTOR:
            op.execute(statement)
        _index_words(_WORDS_ONLY)
    # Who and when each paper speaks of is derived afterwards by `storage.index.refresh`: a migration runs no
    # code of the product, which goes on to other columns than stand here.
    op.execute(_STALE)
    op.execute("INSERT INTO stale (name) SELECT 'subjects' WHERE EXISTS (SELECT 1 FROM paper)")


def downgrade() -> None:
    """Drop what was added; the object store holds it all."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE person_fts")
    else:
        _index_words(_AS_BEFORE)
    op.execute("DROP TABLE IF EXISTS stale")
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_dossier_procedure", "dossier")
    op.drop_column("dossier", "procedure")
    op.drop_column("paper", "dated")


def _index_words(made: str) -> None:
    for column in ("exact", "folded"):
        op.execute(f"DROP INDEX gin_paper_{column}")
        op.execute(f"ALTER TABLE paper DROP COLUMN {column}_words")
        op.execute(
            f"ALTER TABLE paper ADD COLUMN {column}_words tsvector GENERATED ALWAYS AS "
            f"({made.format(column)}) STORED"
        )
        op.execute(f"CREATE INDEX gin_paper_{column} ON paper USING gin ({column}_words)")


def _subjects() -> None:
    op.create_table(
        "mention",
        sa.Column("paper_id", _ID, sa.ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role", sa.String(), primary_key=True),
        sa.Column("identity", _ID, nullable=False, index=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("born", sa.String(), nullable=False),
        sa.Column("numbered", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_index("ix_mention_folded_born_numbered", "mention", ["folded", "born", "numbered"])
    op.create_table(
        "person",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("identity", _ID, nullable=False, unique=True),
        sa.Column("exact", _SORTED, nullable=False, index=True),
        sa.Column("folded", _SORTED, nullable=False, index=True),
        sa.Column("turned", _SORTED, nullable=False, index=True),
        sa.Column("born", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "link",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("one", _ID, nullable=False, index=True),
        sa.Column("other", _ID, nullable=False, index=True),
        sa.Column("paper_id", _ID, nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "revocation",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("paper_id", _ID, nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "undone", sa.Column("of", _ID, primary_key=True), sa.Column("record", _JSON, nullable=False)
    )


def _uses() -> None:
    op.create_table(
        "submission",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("unit", sa.String(), nullable=False, index=True),
        sa.Column("procedure", sa.String(), nullable=False, index=True),
        sa.Column("opened_at", _WHEN, nullable=False, index=True),
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "use_event",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("submission_id", _ID, sa.ForeignKey("submission.id"), nullable=False, index=True),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("paper_id", _ID, nullable=False, index=True),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("record", _JSON, nullable=False),
    )


def _programs() -> None:
    op.create_table(
        "saved_search",
        sa.Column("login", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("query", sa.Text(), nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("digest", _SHA256, nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("expires_at", _WHEN),
        sa.Column("revoked_at", _WHEN),
    )
    op.create_table(
        "reply",
        sa.Column("token_id", _ID, sa.ForeignKey("token.id"), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("digest", _SHA256, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
    )
    op.create_table(
        "webhook",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("url", sa.String(), nullable=False, unique=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", _WHEN),
    )
