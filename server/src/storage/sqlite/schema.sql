-- The tables as they are now. Whoever alters them adds the step that brings an earlier database there (`migrate.rs`).
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The counter row of each log: taking the next place and appending are one transaction, so no reader skips a row.
CREATE TABLE spaces (
  space BLOB PRIMARY KEY,
  head  INTEGER NOT NULL,
  chain BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A rowid table with a unique index takes twice as many appends a second as one clustered by (space, seq).
CREATE TABLE log (
  space       BLOB NOT NULL,
  seq         INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  device      BLOB NOT NULL,
  generation  BLOB NOT NULL,
  dev_seq     INTEGER NOT NULL,
  signature   BLOB NOT NULL,
  chain       BLOB NOT NULL,  -- the hash after this entry
  body        BLOB NOT NULL,
  UNIQUE (space, seq)
) STRICT;

CREATE TABLE documents (
  doc    BLOB PRIMARY KEY,
  space  BLOB NOT NULL,
  kind   INTEGER NOT NULL,
  owner  BLOB NOT NULL,
  about  BLOB,               -- CBOR
  nonce  BLOB NOT NULL,
  first  BLOB NOT NULL,      -- hash of the first change, which stands at (seq, idx)
  seq    INTEGER NOT NULL,
  idx    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Changes after the first: most documents have none.
CREATE TABLE changes (
  doc  BLOB NOT NULL,
  hash BLOB NOT NULL,
  seq  INTEGER NOT NULL,
  idx  INTEGER NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE desk (
  space  BLOB NOT NULL,
  person BLOB NOT NULL,      -- whose, or about whom
  seq    INTEGER NOT NULL,
  PRIMARY KEY (space, person, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_by_seq ON desk (space, seq);

-- Discussions with rules of their own: of a gathering, a group or a case.
CREATE TABLE rooms (
  space    BLOB PRIMARY KEY,
  card     BLOB NOT NULL,
  kind     INTEGER NOT NULL,
  owner    BLOB NOT NULL,
  ruled    INTEGER NOT NULL,   -- the place of the entry that changed something here last, in the log of the card
  ends     INTEGER,            -- the latest end ever announced
  closed   INTEGER,
  desk     BLOB,
  avoid    BLOB NOT NULL,
  step_at  INTEGER,            -- of a case: which closing or reopening stands last
  step_own INTEGER,            -- its author's own reading, which decides between those received together
  step_doc BLOB,
  settled  INTEGER,            -- of a case: since when it is closed
  gone     INTEGER NOT NULL    -- it has expired, and nothing is left but that it cannot be begun again
) STRICT, WITHOUT ROWID;
CREATE INDEX rooms_of_desks ON rooms (desk) WHERE desk IS NOT NULL;
CREATE INDEX rooms_settled ON rooms (settled) WHERE settled IS NOT NULL;

-- Whether somebody takes part in a group, as its opener and as the person says.
CREATE TABLE parts (
  space     BLOB NOT NULL,
  person    BLOB NOT NULL,
  by_opener INTEGER,
  by_self   INTEGER,
  PRIMARY KEY (space, person)
) STRICT, WITHOUT ROWID;

-- Who was told of a group or a case, and what.
CREATE TABLE seats (
  space    BLOB NOT NULL,
  person   BLOB NOT NULL,
  until_at INTEGER,
  has_left INTEGER NOT NULL,
  PRIMARY KEY (space, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE pushes (
  device      BLOB NOT NULL,
  generation  BLOB NOT NULL,
  dev_seq     INTEGER NOT NULL,
  body_hash   BLOB NOT NULL,
  seq         INTEGER NOT NULL,  -- 0: refused, or in the log already
  received_at INTEGER NOT NULL,
  PRIMARY KEY (device, generation, dev_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE orgs (
  org    BLOB PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  name   TEXT NOT NULL,
  type   TEXT NOT NULL,
  parent BLOB,
  closed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  member   BLOB PRIMARY KEY,
  number   TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  standing TEXT NOT NULL,
  home     BLOB NOT NULL,
  joined   TEXT NOT NULL,
  has_left INTEGER NOT NULL,
  conflict INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Ended grants stay: a check-in from before the end is kept.
CREATE TABLE grants (
  id       INTEGER PRIMARY KEY,
  member   BLOB NOT NULL,
  org      BLOB NOT NULL,
  role     INTEGER NOT NULL,
  from_at  INTEGER NOT NULL,
  until_at INTEGER,
  ended_at INTEGER,
  imported INTEGER NOT NULL
) STRICT;
CREATE INDEX grants_by_member ON grants (member);
-- Being a member is the one role that nobody is looked for by.
CREATE INDEX grants_by_org ON grants (org) WHERE ended_at IS NULL AND role > 1;

CREATE TABLE devices (
  device      BLOB PRIMARY KEY,
  member      BLOB NOT NULL,
  public_key  BLOB NOT NULL,
  revoked     INTEGER NOT NULL,
  enrolled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_revoked ON devices (member) WHERE revoked;

CREATE TABLE invites (
  hash    BLOB PRIMARY KEY,  -- the code itself is nowhere
  member  BLOB NOT NULL,
  expires INTEGER NOT NULL,
  used    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
