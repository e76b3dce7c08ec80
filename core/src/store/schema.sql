-- The phone's database, version 1. Ids are BLOBs of 16 bytes (spaces 17), times INTEGER milliseconds since 1970 UTC.

CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- Replication ------------------------------------------------------------------------------------------------------

CREATE TABLE space (
    id     BLOB PRIMARY KEY,
    follow INTEGER NOT NULL,          -- 1 always kept in sync; 2 opened on demand
    epoch  INTEGER NOT NULL DEFAULT 0,
    seq    INTEGER NOT NULL DEFAULT 0, -- the last entry held; 0 and no chain: nothing asked yet
    chain  BLOB,                      -- chain hash at seq: 32 bytes, or 8 where the log is read through a filter
    whole  INTEGER NOT NULL DEFAULT 1, -- 0 of a desk of which the roles show only what concerns this member
    denied INTEGER NOT NULL DEFAULT 0, -- the server does not let this member read it
    troubles INTEGER NOT NULL DEFAULT 0 -- answers in a row that did not hold; after three nothing is asked any more
) STRICT, WITHOUT ROWID;

-- Entries above `floor` and below `before` are at the server and not here. `chain` is the hash at before - 1.
CREATE TABLE gap (
    space  BLOB NOT NULL,
    before INTEGER NOT NULL,
    floor  INTEGER NOT NULL,
    epoch  INTEGER NOT NULL,
    chain  BLOB NOT NULL,
    PRIMARY KEY (space, before)
) STRICT, WITHOUT ROWID;

CREATE TABLE author (
    device BLOB PRIMARY KEY, member BLOB NOT NULL, public_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    rowid   INTEGER PRIMARY KEY,
    id      BLOB NOT NULL UNIQUE,
    space   BLOB NOT NULL,
    kind    INTEGER NOT NULL,
    owner   BLOB NOT NULL,
    about   BLOB,                     -- as on the wire
    nonce   BLOB NOT NULL,
    changes BLOB NOT NULL,            -- accepted changes, one chunk after another; empty if nothing is at the server
    count   INTEGER NOT NULL,         -- how many
    received_at INTEGER               -- of the first accepted change
) STRICT;
CREATE INDEX document_space ON document (space, kind);
CREATE INDEX document_texts ON document (rowid) WHERE kind IN (4, 5, 17, 18); -- articles, activities, gatherings, groups: few among many

-- Changes whose document, or what they build on, still lies in a gap.
CREATE TABLE orphan (
    id INTEGER PRIMARY KEY, doc BLOB NOT NULL, space BLOB NOT NULL, change BLOB NOT NULL UNIQUE, received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX orphan_doc ON orphan (doc);

-- Batches of the log that this version does not understand, or not all of: kept as they came, for the version that does.
CREATE TABLE later (
    space BLOB NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL, received_at INTEGER NOT NULL,
    PRIMARY KEY (space, seq)
) STRICT;

-- What waits to be sent, apart from the accepted state of its document.
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    doc     BLOB NOT NULL,
    space   BLOB NOT NULL,
    change  BLOB NOT NULL,
    header  BLOB,                     -- of the document, if this change begins it: the row says all even if the file
                                      -- is damaged elsewhere
    written_at INTEGER NOT NULL,
    batch   INTEGER,                  -- the batch it went into; NULL: never tried, may still be taken back
    refused INTEGER                   -- NULL, or the server's reason
) STRICT;
CREATE INDEX outbox_doc ON outbox (doc);
CREATE INDEX outbox_batch ON outbox (batch) WHERE batch IS NOT NULL;

-- Signed and perhaps sent. Kept until it has been seen in the log, since its bytes are part of the chain.
CREATE TABLE batch (
    dev_seq  INTEGER PRIMARY KEY,
    space    BLOB NOT NULL,
    body     BLOB NOT NULL,
    signature BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    done     INTEGER NOT NULL DEFAULT 0  -- 1: the server has accepted it
) STRICT;

-- Projections ------------------------------------------------------------------------------------------------------

CREATE TABLE org (
    id BLOB PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, parent BLOB,
    closed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    id BLOB PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL, standing TEXT NOT NULL, home BLOB NOT NULL,
    left INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX member_home ON member (home);

-- What the server last said of this member's role at an organisation.
CREATE TABLE role (
    org BLOB NOT NULL, role INTEGER NOT NULL, path BLOB NOT NULL, until INTEGER,
    PRIMARY KEY (org, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE article (
    doc BLOB PRIMARY KEY, space BLOB NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, category TEXT NOT NULL,
    must_read INTEGER NOT NULL, due INTEGER, pinned INTEGER NOT NULL, withdrawn INTEGER NOT NULL,
    author BLOB NOT NULL, written_at INTEGER NOT NULL, order_at INTEGER NOT NULL, edited INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX article_order ON article (withdrawn, pinned DESC, order_at DESC, doc DESC);

CREATE TABLE acknowledgement (
    doc BLOB PRIMARY KEY, article BLOB NOT NULL, member BLOB NOT NULL, at INTEGER NOT NULL, received_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX acknowledgement_article ON acknowledgement (article, member);

-- The rowid is the document's, as in the search index: a hit costs one page.
CREATE TABLE message (
    rowid INTEGER PRIMARY KEY, doc BLOB NOT NULL UNIQUE, space BLOB NOT NULL, author BLOB NOT NULL, body TEXT NOT NULL, reply BLOB,
    withdrawn INTEGER NOT NULL, edited INTEGER NOT NULL, other TEXT, -- other: what lost against body
    written_at INTEGER NOT NULL, order_at INTEGER NOT NULL, received_at INTEGER,
    mentions BLOB,                    -- members, 16 bytes each; NULL for none, as nearly always
    named INTEGER NOT NULL,           -- whether this phone's member is one of them
    roles INTEGER NOT NULL            -- mentioned roles: bit n for the role with the number n
) STRICT;
CREATE INDEX message_order ON message (space, order_at, written_at, doc);
-- What arrived late stands below the read mark and is still unread.
CREATE INDEX message_received ON message (space, received_at);
CREATE INDEX message_mention ON message (space) WHERE named OR roles > 0; -- few among many

CREATE TABLE reaction (
    sheet BLOB NOT NULL, target BLOB NOT NULL, member BLOB NOT NULL, emoji TEXT NOT NULL,
    PRIMARY KEY (sheet, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX reaction_target ON reaction (target);

CREATE TABLE activity (
    doc BLOB PRIMARY KEY, space BLOB NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL, agenda TEXT NOT NULL,
    minutes TEXT NOT NULL, place TEXT NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL,
    cancelled INTEGER NOT NULL, closed INTEGER, author BLOB NOT NULL, written_at INTEGER NOT NULL, edited INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_starts ON activity (starts, doc);

-- Who is expected, by each list of an activity: 1 expected, 2 a voter too.
CREATE TABLE roster (
    activity BLOB NOT NULL, member BLOB NOT NULL, doc BLOB NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (activity, member, doc)
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_member ON roster (member, activity);

-- Of whose members some may be expected: whose names are needed at the door.
CREATE TABLE roster_org (
    activity BLOB NOT NULL, org BLOB NOT NULL, doc BLOB NOT NULL, PRIMARY KEY (activity, org, doc)
) STRICT, WITHOUT ROWID;

-- Never overwritten: attendance is a function of all of it, and reads it in the order of its key.
CREATE TABLE evidence (
    activity BLOB NOT NULL, member BLOB NOT NULL,
    order_at INTEGER NOT NULL, written_at INTEGER NOT NULL, doc BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL, by BLOB NOT NULL, at INTEGER NOT NULL, received_at INTEGER,
    grade INTEGER NOT NULL, doubt TEXT NOT NULL, -- of a check-in or a scan: how well it is founded, what is wrong with it
    undone INTEGER NOT NULL,                     -- the person goes; of a leave request: it was withdrawn
    mark TEXT NOT NULL, request BLOB, resolves INTEGER NOT NULL, seconds BLOB, -- of a roll mark
    reason TEXT NOT NULL,
    PRIMARY KEY (activity, member, order_at, written_at, doc)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_member ON evidence (member, activity);

CREATE TABLE resolution (
    doc BLOB PRIMARY KEY, activity BLOB NOT NULL, title TEXT NOT NULL, election INTEGER NOT NULL, closed INTEGER,
    withdrawn INTEGER NOT NULL, written_at INTEGER NOT NULL, edited INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resolution_activity ON resolution (activity, written_at);

-- A member has one vote. Before its resolution is here, one at another desk may stand beside it, which is none.
CREATE TABLE vote (
    resolution BLOB NOT NULL, member BLOB NOT NULL, doc BLOB NOT NULL UNIQUE, choice INTEGER NOT NULL,
    at INTEGER NOT NULL, received_at INTEGER,
    PRIMARY KEY (resolution, member, doc)
) STRICT, WITHOUT ROWID;

-- A discussion was read up to the place `up_to`, as far as the server had received it by `seen`.
CREATE TABLE read_mark (
    subject BLOB PRIMARY KEY, up_to INTEGER NOT NULL, seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE bookmark (doc BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE mute (space BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
-- Of an article: `category` and what stands behind it.
CREATE TABLE draft (
    doc BLOB PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, target BLOB, changed_at INTEGER NOT NULL,
    category TEXT, must_read INTEGER NOT NULL, due INTEGER, corrects BLOB
) STRICT, WITHOUT ROWID;

-- Gatherings (org: for all below it) and groups (no org). `space` is the discussion.
CREATE TABLE gathering (
    doc BLOB PRIMARY KEY, space BLOB NOT NULL UNIQUE, org BLOB, author BLOB NOT NULL, topic TEXT NOT NULL, ends INTEGER,
    closed INTEGER, summary TEXT NOT NULL, written_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What `by` says of a member's place in a group. Who takes part is a function of all of it.
CREATE TABLE participant (
    space BLOB NOT NULL, member BLOB NOT NULL, by BLOB NOT NULL, present INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (space, member, by)
) STRICT, WITHOUT ROWID;

-- What the server last said of this member's seat in a group or a case: `left` it, or to be forgotten at `until`.
CREATE TABLE seat (space BLOB PRIMARY KEY, left INTEGER NOT NULL, until INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE officer (
    org BLOB NOT NULL, member BLOB NOT NULL, name TEXT NOT NULL, role INTEGER NOT NULL, until INTEGER,
    conflict INTEGER NOT NULL,
    PRIMARY KEY (org, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE consultation (
    space BLOB PRIMARY KEY, doc BLOB NOT NULL UNIQUE, asker BLOB NOT NULL, desk BLOB NOT NULL, subject TEXT NOT NULL,
    category TEXT NOT NULL, avoid BLOB NOT NULL, at INTEGER NOT NULL,
    closed INTEGER NOT NULL           -- whether its steps come to that: open ones stand first in the list
) STRICT, WITHOUT ROWID;
CREATE INDEX consultation_order ON consultation (closed, at DESC, space);
CREATE TABLE consultation_step (
    doc BLOB PRIMARY KEY, space BLOB NOT NULL, by BLOB NOT NULL, step TEXT NOT NULL, receiver BLOB,
    written_at INTEGER NOT NULL, order_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX consultation_step_space ON consultation_step (space);

CREATE TABLE door (
    doc BLOB PRIMARY KEY, activity BLOB NOT NULL, owner BLOB NOT NULL, key BLOB NOT NULL, label TEXT NOT NULL,
    shut INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX door_activity ON door (activity);
-- Doors that organisers took back: what they took in is in doubt.
CREATE TABLE door_revoked (activity BLOB NOT NULL, door BLOB NOT NULL, PRIMARY KEY (activity, door)) STRICT, WITHOUT ROWID;
-- Of a door of this phone: the last period that a code was shown for. Never lowered, never deleted.
CREATE TABLE door_counter (door BLOB PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Cards that a door of this phone has taken, by their nonces.
CREATE TABLE card_seen (door BLOB NOT NULL, nonce BLOB NOT NULL, PRIMARY KEY (door, nonce)) STRICT, WITHOUT ROWID;
-- Signatures of codes and cards that were verified, by half a hash of key, message and signature.
CREATE TABLE signature_check (
    activity BLOB NOT NULL, digest BLOB NOT NULL, valid INTEGER NOT NULL, PRIMARY KEY (activity, digest)
) STRICT, WITHOUT ROWID;
-- Devices whose keys no longer count, as members' cards say.
CREATE TABLE revoked_device (device BLOB PRIMARY KEY, member BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- Boards that were opened for the names at a door.
CREATE TABLE door_board (activity BLOB NOT NULL, space BLOB NOT NULL, PRIMARY KEY (activity, space)) STRICT, WITHOUT ROWID;
-- What is left of them for the numbers by organisation, where a phone reads the whole desk: whose members those of the
-- activity are, and what those organisations are called. No names of people.
CREATE TABLE kept_home (
    activity BLOB NOT NULL, member BLOB NOT NULL, org BLOB NOT NULL, PRIMARY KEY (activity, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_org (
    activity BLOB NOT NULL, org BLOB NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (activity, org)
) STRICT, WITHOUT ROWID;
-- Visitors at the doors: numbers, no names; a correction is a negative one.
CREATE TABLE guests (
    doc BLOB PRIMARY KEY, activity BLOB NOT NULL, by BLOB NOT NULL, door BLOB, count INTEGER NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guests_activity ON guests (activity);

-- Search -----------------------------------------------------------------------------------------------------------

-- The rowid is the document's. Documents up to the row meta.search_up_to are indexed; queries read what came later, and
-- what has changed since, from the projections.
-- Holds tokens, not text: bigrams for Chinese, words for the rest, folded; whatever stands between spaces is one. `prefix=1` is the unigram index.
CREATE VIRTUAL TABLE search_index USING fts5 (
    tokens, content='', contentless_delete=1, prefix='1', tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
);

CREATE TABLE search_stale (rowid INTEGER PRIMARY KEY) STRICT;
