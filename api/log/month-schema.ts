/**
 * The tables of one month's file. `meta` to `open_interval` are state: copied whole into the next
 * month's file, so that they always commit in one transaction with the events that made them.
 * Times are epoch milliseconds; `journal` columns hold `journal.no`.
 */
export const MONTH_SCHEMA = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  format INTEGER NOT NULL,
  log_id TEXT NOT NULL,
  last_position INTEGER NOT NULL
) STRICT;
CREATE TABLE journal (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gateway TEXT NOT NULL,
  settled INTEGER NOT NULL
) STRICT;
CREATE TABLE bay_state (
  bay TEXT PRIMARY KEY,
  journal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  sensed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lot_state (
  lot TEXT PRIMARY KEY,
  journal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  fact TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE open_interval (
  journal INTEGER NOT NULL,
  line TEXT NOT NULL,
  seq INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (journal, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  position INTEGER PRIMARY KEY,
  journal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  assigned INTEGER NOT NULL,
  sensed_at INTEGER NOT NULL,
  bay TEXT,
  state TEXT,
  cause TEXT,
  confidence REAL,
  fact TEXT
) STRICT;
CREATE UNIQUE INDEX event_key ON event (journal, seq);
CREATE INDEX event_bay ON event (bay, sensed_at) WHERE bay IS NOT NULL;
CREATE TABLE observed (
  position INTEGER PRIMARY KEY,
  first_position INTEGER NOT NULL,
  journal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  assigned INTEGER NOT NULL,
  line TEXT NOT NULL,
  bays TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX observed_key ON observed (journal, seq);
CREATE TABLE observed_bay (
  bay TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  journal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (bay, from_at, journal, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE loss (
  journal INTEGER NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  found_at INTEGER NOT NULL,
  PRIMARY KEY (journal, from_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE dead_letter (
  id INTEGER PRIMARY KEY,
  journal INTEGER NOT NULL,
  seq INTEGER,
  received_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE INDEX dead_letter_key ON dead_letter (journal, seq);
`;

/** The tables that the next month's file starts with. */
export const STATE_TABLES = ['meta', 'journal', 'bay_state', 'lot_state', 'open_interval'] as const;

export const LOG_FORMAT = 1;
