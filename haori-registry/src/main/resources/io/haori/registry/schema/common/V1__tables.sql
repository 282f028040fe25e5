-- Times are milliseconds since 1970 in UTC, digests SHA-256 in hexadecimal, details JSON.
-- Whoever changes anything locks the one row of registry first, so changes come one after another.
CREATE TABLE registry (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  identity  TEXT    NOT NULL,
  created   BIGINT  NOT NULL,
  entries   BIGINT  NOT NULL,
  last_hash TEXT    NOT NULL
);

CREATE TABLE module (
  name          TEXT    PRIMARY KEY,
  created       BIGINT  NOT NULL,
  last_version  INTEGER NOT NULL
);

CREATE TABLE module_version (
  name           TEXT    NOT NULL REFERENCES module (name),
  version        INTEGER NOT NULL,
  content_digest TEXT    NOT NULL,
  record_digest  TEXT    NOT NULL,
  created        BIGINT  NOT NULL,
  author         TEXT    NOT NULL,
  method         TEXT    NOT NULL,
  base_name      TEXT    NOT NULL,
  base_digest    TEXT    NOT NULL,
  bytes          BIGINT  NOT NULL,
  details        TEXT    NOT NULL,
  PRIMARY KEY (name, version)
);

CREATE TABLE version_file (
  name    TEXT    NOT NULL,
  version INTEGER NOT NULL,
  path    TEXT    NOT NULL,
  blob    TEXT    NOT NULL,
  bytes   BIGINT  NOT NULL,
  PRIMARY KEY (name, version, path),
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);
CREATE INDEX version_file_blob ON version_file (blob);

CREATE TABLE version_parent (
  name           TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  parent_name    TEXT    NOT NULL,
  parent_version INTEGER NOT NULL,
  relation       TEXT    NOT NULL,
  PRIMARY KEY (name, version, parent_name, parent_version),
  FOREIGN KEY (name, version) REFERENCES module_version (name, version),
  FOREIGN KEY (parent_name, parent_version) REFERENCES module_version (name, version)
);
CREATE INDEX version_parent_parent ON version_parent (parent_name, parent_version);

CREATE TABLE version_state (
  name    TEXT    NOT NULL,
  version INTEGER NOT NULL,
  state   TEXT    NOT NULL,
  changed BIGINT  NOT NULL,
  purged  INTEGER NOT NULL,
  PRIMARY KEY (name, version),
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);

CREATE TABLE evaluation (
  seq         BIGINT  PRIMARY KEY,
  name        TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  data_name   TEXT    NOT NULL,
  split       TEXT    NOT NULL,
  data_digest TEXT    NOT NULL,
  scores      TEXT    NOT NULL,
  happened    BIGINT  NOT NULL,
  actor       TEXT    NOT NULL,
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);
CREATE INDEX evaluation_version ON evaluation (name, version);

CREATE TABLE approval_rule (
  pattern     TEXT             NOT NULL,
  data_name   TEXT             NOT NULL,
  split       TEXT             NOT NULL,
  metric      TEXT             NOT NULL,
  at_least    DOUBLE PRECISION NOT NULL,
  data_digest TEXT             NOT NULL,
  PRIMARY KEY (pattern, data_name, split, metric)
);

CREATE TABLE four_eyes (
  pattern TEXT PRIMARY KEY
);

CREATE TABLE alias_move (
  seq         BIGINT  PRIMARY KEY,
  name        TEXT    NOT NULL,
  place       TEXT    NOT NULL,
  version     INTEGER,
  replaced    BIGINT,
  action      TEXT    NOT NULL,
  happened    BIGINT  NOT NULL,
  actor       TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);
CREATE INDEX alias_move_place ON alias_move (name, place, seq);

CREATE TABLE alias (
  name    TEXT    NOT NULL,
  place   TEXT    NOT NULL,
  version INTEGER,
  move    BIGINT  NOT NULL REFERENCES alias_move (seq),
  PRIMARY KEY (name, place)
);

CREATE TABLE account (
  name    TEXT   PRIMARY KEY,
  created BIGINT NOT NULL
);

CREATE TABLE account_role (
  account TEXT NOT NULL REFERENCES account (name),
  role    TEXT NOT NULL,
  pattern TEXT NOT NULL,
  PRIMARY KEY (account, role, pattern)
);

CREATE TABLE access_token (
  id      TEXT   PRIMARY KEY,
  account TEXT   NOT NULL REFERENCES account (name),
  hash    TEXT   NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT,
  revoked BIGINT
);

CREATE TABLE audit (
  seq      BIGINT  PRIMARY KEY,
  happened BIGINT  NOT NULL,
  actor    TEXT    NOT NULL,
  action   TEXT    NOT NULL,
  module   TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  outcome  TEXT    NOT NULL,
  details  TEXT    NOT NULL,
  previous TEXT    NOT NULL,
  hash     TEXT    NOT NULL
);
CREATE INDEX audit_module ON audit (module, seq);
