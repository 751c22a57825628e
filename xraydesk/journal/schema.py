"""The journal's tables, version by version. A version once shipped is never edited: the next one changes it."""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x5852444A  # "XRDJ", in the file's header: whose database it is

# Films are counted by state and label as they come and go, so that a count costs the same for ten as for
# a hundred thousand. `path` is bytes, since not every file name is text.
_VERSION_1 = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    """
    CREATE TABLE batch (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started TEXT NOT NULL,
        told TEXT NOT NULL,
        csv BLOB,
        all_found INTEGER NOT NULL DEFAULT 0,
        end TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE place (
        id INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
        path BLOB NOT NULL
    )
    """,
    "CREATE INDEX place_of_batch ON place (batch)",
    """
    CREATE TABLE film (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        label TEXT,
        seconds REAL,
        device TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL DEFAULT '',
        warnings TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT '',
        path BLOB NOT NULL,
        name TEXT NOT NULL,
        folder TEXT NOT NULL,
        said TEXT NOT NULL DEFAULT '',
        UNIQUE (batch, path)
    )
    """,
    "CREATE INDEX film_of_batch ON film (batch)",
    "CREATE INDEX film_waiting ON film (batch) WHERE state = 'waiting'",
    "CREATE INDEX film_content ON film (batch, sha256) WHERE sha256 <> ''",
    """
    CREATE TABLE probability (
        film INTEGER NOT NULL REFERENCES film ON DELETE CASCADE,
        place INTEGER NOT NULL,
        value REAL,
        PRIMARY KEY (film, place)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE heatmap (
        film INTEGER NOT NULL REFERENCES film ON DELETE CASCADE,
        place INTEGER NOT NULL,
        class_name TEXT NOT NULL,
        method TEXT NOT NULL,
        height INTEGER NOT NULL,
        width INTEGER NOT NULL,
        coarse BLOB NOT NULL,
        PRIMARY KEY (film, place)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE thumbnail (film INTEGER PRIMARY KEY REFERENCES film ON DELETE CASCADE, jpeg BLOB NOT NULL)",
    """
    CREATE TABLE skipped (
        batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
        path BLOB NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (batch, path)
    )
    """,
    """
    CREATE TABLE tally (
        batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
        state TEXT NOT NULL,
        label TEXT NOT NULL,
        films INTEGER NOT NULL,
        PRIMARY KEY (batch, state, label)
    ) WITHOUT ROWID
    """,
    """
    CREATE TRIGGER film_comes AFTER INSERT ON film BEGIN
        INSERT INTO tally VALUES (new.batch, new.state, coalesce(new.label, ''), 1)
            ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
    END
    """,
    """
    CREATE TRIGGER film_changes AFTER UPDATE OF state, label ON film BEGIN
        UPDATE tally SET films = films - 1
            WHERE batch = old.batch AND state = old.state AND label = coalesce(old.label, '');
        INSERT INTO tally VALUES (new.batch, new.state, coalesce(new.label, ''), 1)
            ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
    END
    """,
    """
    CREATE TRIGGER file_skipped AFTER INSERT ON skipped BEGIN
        INSERT INTO tally VALUES (new.batch, 'skipped', '', 1)
            ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
    END
    """,
)

# Whose film it is lies in a table of its own, so that it can be shown and deleted and never slips into an export.
# A batch is first `removed`, for every reader at once, and then deleted film by film.
_VERSION_2 = (
    """
    CREATE TABLE identity (
        film INTEGER PRIMARY KEY REFERENCES film ON DELETE CASCADE,
        patient TEXT,
        study TEXT,
        told TEXT NOT NULL
    )
    """,
    "ALTER TABLE batch ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch ADD COLUMN removed INTEGER NOT NULL DEFAULT 0",
    "CREATE VIEW kept AS SELECT * FROM batch WHERE removed = 0",
)

# What a reader says of a film is kept by the film's content, without a name: it outlives the batch that showed the
# film. Of a film one row `counts`; those that it replaced tell what was thought before.
_VERSION_3 = (
    """
    CREATE TABLE opinion (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        path BLOB NOT NULL,
        label TEXT NOT NULL,
        model_id TEXT NOT NULL,
        model_name TEXT NOT NULL,
        model_version TEXT NOT NULL,
        model_sha256 TEXT NOT NULL,
        predicted TEXT,
        probabilities TEXT NOT NULL,
        given TEXT NOT NULL,
        counts INTEGER NOT NULL DEFAULT 1
    )
    """,
    "CREATE UNIQUE INDEX opinion_that_counts ON opinion (sha256) WHERE counts = 1",
    "CREATE INDEX opinion_of_film ON opinion (sha256, model_sha256)",
)

# In a watched folder another film may come under the name of an earlier one: a path may have a row for each, told
# apart by how the file `looked`. So the table is made anew, and rows may go one by one.
_VERSION_4 = (
    """
    CREATE TABLE film_anew (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        label TEXT,
        seconds REAL,
        device TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL DEFAULT '',
        warnings TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT '',
        path BLOB NOT NULL,
        name TEXT NOT NULL,
        folder TEXT NOT NULL,
        said TEXT NOT NULL DEFAULT '',
        looked TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    INSERT INTO film_anew
        SELECT id, batch, number, state, label, seconds, device, sha256, warnings, error, path, name, folder, said, ''
        FROM film ORDER BY id
    """,
    # The ids of films that were deleted are not given again.
    "DELETE FROM sqlite_sequence WHERE name = 'film_anew'",
    "INSERT INTO sqlite_sequence SELECT 'film_anew', seq FROM sqlite_sequence WHERE name = 'film'",
    "DROP TABLE film",
    "ALTER TABLE film_anew RENAME TO film",
    "CREATE INDEX film_of_batch ON film (batch)",
    "CREATE INDEX film_of_path ON film (batch, path)",
    "CREATE INDEX film_waiting ON film (batch) WHERE state = 'waiting'",
    "CREATE INDEX film_content ON film (batch, sha256) WHERE sha256 <> ''",
    """
    CREATE TRIGGER film_comes AFTER INSERT ON film BEGIN
        INSERT INTO tally VALUES (new.batch, new.state, coalesce(new.label, ''), 1)
            ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
    END
    """,
    """
    CREATE TRIGGER film_changes AFTER UPDATE OF state, label ON film BEGIN
        UPDATE tally SET films = films - 1
            WHERE batch = old.batch AND state = old.state AND label = coalesce(old.label, '');
        INSERT INTO tally VALUES (new.batch, new.state, coalesce(new.label, ''), 1)
            ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
    END
    """,
    """
    CREATE TRIGGER film_goes AFTER DELETE ON film BEGIN
        UPDATE tally SET films = films - 1
            WHERE batch = old.batch AND state = old.state AND label = coalesce(old.label, '');
    END
    """,
    """
    CREATE TRIGGER file_no_longer_skipped AFTER DELETE ON skipped BEGIN
        UPDATE tally SET films = films - 1 WHERE batch = old.batch AND state = 'skipped';
    END
    """,
)

MIGRATIONS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The schema's version, 0 for a file that is still empty.

    Raises sqlite3.DatabaseError for what is no journal.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    objects = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if owner != APPLICATION_ID and (version or objects or owner):
        raise sqlite3.DatabaseError("the database of another program")
    return version


def migrate(connection: sqlite3.Connection) -> None:
    """Brings an empty or an earlier journal to the present version, a transaction for each step.

    Foreign keys are not heeded meanwhile: a table made anew would take the rows that refer to it along.
    """
    heeded = connection.execute("PRAGMA foreign_keys").fetchone()[0]
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        _take_steps(connection)
    finally:
        connection.execute(f"PRAGMA foreign_keys = {heeded}")


def _take_steps(connection: sqlite3.Connection) -> None:
    for version in range(version_of(connection), VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) == version:  # another process may have been quicker
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
