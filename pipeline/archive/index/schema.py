"""The index's tables. Another version of them is another index: it is rebuilt, never migrated."""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 10

STANDING: Final = """
-- How each record stands, judged from those around it (flow/standing), and what of it is due and not done.
-- A row is true from `judged_on` through `holds_through`, and until a record around it changes: then its own
-- is noted in `stale`. `basis` says by which settings and which program the rows were made.
CREATE TABLE {schema}standing (
    kind          TEXT NOT NULL,
    id            TEXT NOT NULL,
    judged_on     TEXT NOT NULL,
    holds_through TEXT NOT NULL,
    campaign      TEXT,
    stage         TEXT,
    closed        INTEGER NOT NULL,
    appealed      INTEGER NOT NULL,
    to_sign       INTEGER NOT NULL,
    lacking       INTEGER NOT NULL,
    blocks        INTEGER NOT NULL,
    entry         TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX {schema}standing_open ON standing (campaign, stage, closed) WHERE kind = 'case' AND NOT closed;
CREATE INDEX {schema}standing_by_campaign ON standing (campaign, id) WHERE kind = 'case';
CREATE INDEX {schema}standing_judged ON standing (judged_on);
CREATE INDEX {schema}standing_through ON standing (holds_through);
CREATE INDEX {schema}standing_to_sign ON standing (id, to_sign) WHERE to_sign > 0;
CREATE INDEX {schema}standing_blocked ON standing (id) WHERE blocks > 0;
CREATE INDEX {schema}standing_appealed ON standing (id) WHERE appealed > 0;

CREATE TABLE {schema}due (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    place       INTEGER NOT NULL,
    due         TEXT NOT NULL,
    nature      TEXT NOT NULL,
    responsible TEXT NOT NULL,
    entry       TEXT NOT NULL,
    PRIMARY KEY (kind, id, place)
) WITHOUT ROWID;
CREATE INDEX {schema}due_by_day ON due (due);

CREATE TABLE {schema}stale (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE {schema}basis (
    made_by TEXT NOT NULL,
    marks   INTEGER NOT NULL
);
INSERT INTO {schema}basis VALUES ('', 0);
"""

SCHEMA: Final = """
CREATE TABLE objects (
    key       INTEGER PRIMARY KEY,
    object_id TEXT NOT NULL UNIQUE,
    kind      TEXT NOT NULL,
    head      TEXT NOT NULL
);

CREATE TABLE persons (
    object     INTEGER PRIMARY KEY,
    iin        TEXT NOT NULL,
    surname    TEXT NOT NULL,
    given_name TEXT,
    patronymic TEXT,
    sort       BLOB NOT NULL
);
CREATE INDEX persons_by_iin ON persons (iin);
CREATE INDEX persons_sorted ON persons (sort);

-- The IINs under which files were kept that were joined to this one, and their objects.
CREATE TABLE joined (
    object    INTEGER NOT NULL,
    came_from TEXT NOT NULL,
    iin       TEXT NOT NULL,
    PRIMARY KEY (object, came_from)
) WITHOUT ROWID;
CREATE INDEX joined_by_iin ON joined (iin);

-- The names that a file, and those joined to it, bore before, oldest first.
CREATE TABLE former_names (
    object     INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    surname    TEXT NOT NULL,
    given_name TEXT,
    patronymic TEXT,
    PRIMARY KEY (object, place)
) WITHOUT ROWID;

-- Cases that stood in a personal file before and went into another: their older revisions lie there still.
CREATE TABLE departed (
    object INTEGER NOT NULL,
    folder TEXT NOT NULL,
    PRIMARY KEY (folder, object)
) WITHOUT ROWID;
CREATE INDEX departed_by_object ON departed (object);

-- Records withdrawn as filed by mistake, with what is shown of them where somebody asks.
CREATE TABLE withdrawn (
    object  INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    folder  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    by      TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (object, kind, id)
) WITHOUT ROWID;

-- Objects that are about to change: a kill may leave what is known of them behind the archive.
CREATE TABLE suspects (
    object_id TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE records (
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    object INTEGER NOT NULL,
    path   TEXT NOT NULL,
    sha512 TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX records_by_object ON records (object);

-- A case that only a sitting has named so far has no object.
CREATE TABLE cases (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    object      INTEGER,
    campaign    TEXT,
    iin         TEXT,
    name_key    TEXT,
    unit        TEXT,
    post        TEXT,
    target_unit TEXT,
    target_post TEXT,
    reported_on TEXT
);
CREATE INDEX cases_by_object ON cases (object);
CREATE INDEX cases_by_campaign ON cases (campaign);
CREATE INDEX cases_by_iin ON cases (iin);
CREATE INDEX cases_by_name ON cases (name_key);

-- Items of characteristics by the digest of their words: the same of two people is no assessment (¶14).
CREATE TABLE items (
    digest  TEXT NOT NULL,
    case_id TEXT NOT NULL,
    object  INTEGER NOT NULL,
    PRIMARY KEY (digest, case_id)
) WITHOUT ROWID;
CREATE INDEX items_by_object ON items (object);

CREATE TABLE sittings (
    id         TEXT PRIMARY KEY,
    object     INTEGER NOT NULL,
    commission TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sittings_by_commission ON sittings (commission);
CREATE INDEX sittings_by_object ON sittings (object);

CREATE TABLE candidates (
    case_id TEXT NOT NULL,
    sitting TEXT NOT NULL,
    object  INTEGER NOT NULL,
    PRIMARY KEY (case_id, sitting)
) WITHOUT ROWID;
CREATE INDEX candidates_by_object ON candidates (object);

CREATE TABLE members (
    commission TEXT NOT NULL,
    member     TEXT NOT NULL,
    iin        TEXT,
    name_key   TEXT NOT NULL,
    object     INTEGER NOT NULL,
    PRIMARY KEY (commission, member)
) WITHOUT ROWID;
CREATE INDEX members_by_iin ON members (iin);
CREATE INDEX members_by_name ON members (name_key);
CREATE INDEX members_by_object ON members (object);

CREATE TABLE documents (
    object INTEGER NOT NULL,
    path   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    sha512 TEXT NOT NULL,
    entry  TEXT NOT NULL,
    PRIMARY KEY (object, path)
) WITHOUT ROWID;
CREATE INDEX documents_by_record ON documents (kind, id);
CREATE INDEX documents_by_sha512 ON documents (sha512);

-- The numbers in the marks on pages: of each document as it is, and of the revisions it replaced.
CREATE TABLE numbers (
    number     INTEGER NOT NULL,
    object     INTEGER NOT NULL,
    path       TEXT NOT NULL,
    superseded INTEGER NOT NULL,
    PRIMARY KEY (number, object, path)
) WITHOUT ROWID;
CREATE INDEX numbers_by_object ON numbers (object);

CREATE TABLE decisions (
    object        INTEGER NOT NULL,
    case_id       TEXT NOT NULL,
    sitting       TEXT NOT NULL,
    result        TEXT NOT NULL,
    votes_for     INTEGER NOT NULL,
    votes_against INTEGER NOT NULL,
    decided_by    TEXT NOT NULL,
    PRIMARY KEY (object, case_id, sitting)
) WITHOUT ROWID;
CREATE INDEX decisions_by_case ON decisions (case_id);

-- The registers of recordings: a row a recording, and a row for each hold there ever was.
CREATE TABLE recordings (
    object  INTEGER NOT NULL,
    place   INTEGER NOT NULL,
    id      TEXT,
    case_id TEXT NOT NULL,
    entry   TEXT NOT NULL,
    PRIMARY KEY (object, place)
) WITHOUT ROWID;
CREATE INDEX recordings_by_id ON recordings (id);
CREATE INDEX recordings_by_case ON recordings (case_id);

CREATE TABLE holds (
    object INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    entry  TEXT NOT NULL,
    PRIMARY KEY (object, place)
) WITHOUT ROWID;

-- Whose interview a file is, as the sittings' records name it; the name is folded.
CREATE TABLE interviews (
    file    TEXT NOT NULL,
    sitting TEXT NOT NULL,
    case_id TEXT NOT NULL,
    object  INTEGER NOT NULL,
    PRIMARY KEY (file, sitting, case_id)
) WITHOUT ROWID;
CREATE INDEX interviews_by_object ON interviews (object);

-- A row for each word a case is found by; `object` says whose record gave it: the person's or a sitting's.
-- `place` is the beginning of the person's sort key, so that the first of many are found without the rest.
CREATE TABLE words (
    word   TEXT NOT NULL,
    place  BLOB NOT NULL,
    "case" INTEGER NOT NULL,
    object INTEGER NOT NULL,
    PRIMARY KEY (word, place, "case", object)
) WITHOUT ROWID;
CREATE INDEX words_by_case ON words ("case", word);
""" + STANDING.format(schema="")
