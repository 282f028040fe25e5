-- What a version's answers looked like on its evaluation rows, as JSON; the last one of a version counts.
CREATE TABLE drift_reference (
  seq         BIGINT  PRIMARY KEY,
  name        TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  data_name   TEXT    NOT NULL,
  split       TEXT    NOT NULL,
  data_digest TEXT    NOT NULL,
  profile     TEXT    NOT NULL,
  happened    BIGINT  NOT NULL,
  actor       TEXT    NOT NULL,
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);
CREATE INDEX drift_reference_version ON drift_reference (name, version, seq);

-- Answers of servers that may still get feedback: they are kept for some days and are in no backup.
CREATE TABLE served_answer (
  request  TEXT    PRIMARY KEY,
  happened BIGINT  NOT NULL,
  account  TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  mix      TEXT    NOT NULL,
  trial    BIGINT  NOT NULL,
  arm      TEXT    NOT NULL,
  labels   TEXT    NOT NULL,
  other    TEXT    NOT NULL
);
CREATE INDEX served_answer_happened ON served_answer (happened);

-- True labels of answers. mix is empty where a module answered alone; right_other is of the answer in the shadow.
CREATE TABLE feedback (
  seq         BIGINT  PRIMARY KEY,
  request     TEXT    NOT NULL,
  place       INTEGER NOT NULL,
  happened    BIGINT  NOT NULL,
  actor       TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  mix         TEXT    NOT NULL,
  trial       BIGINT  NOT NULL,
  arm         TEXT    NOT NULL,
  answered    TEXT    NOT NULL,
  truth       TEXT    NOT NULL,
  is_right    INTEGER NOT NULL,
  right_other INTEGER,
  UNIQUE (request, place)
);
CREATE INDEX feedback_version ON feedback (name, version, seq);
CREATE INDEX feedback_trial ON feedback (trial, seq);

-- A candidate that gets a share of what is live's traffic, or answers in its shadow.
CREATE TABLE trial (
  id       BIGINT           PRIMARY KEY,
  name     TEXT             NOT NULL,
  place    TEXT             NOT NULL,
  live     INTEGER          NOT NULL,
  version  INTEGER          NOT NULL,
  kind     TEXT             NOT NULL,
  share    DOUBLE PRECISION NOT NULL,
  rule     TEXT             NOT NULL,
  happened BIGINT           NOT NULL,
  actor    TEXT             NOT NULL,
  reason   TEXT             NOT NULL,
  ended    BIGINT,
  result   TEXT,
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);
CREATE INDEX trial_place ON trial (name, place, id);

-- What is live is rolled back when its accuracy by feedback is certainly below.
CREATE TABLE live_rule (
  pattern  TEXT             PRIMARY KEY,
  at_least DOUBLE PRECISION NOT NULL,
  actor    TEXT             NOT NULL
);

-- How much a module may lose when it acts together with others.
CREATE TABLE combination_rule (
  pattern TEXT             PRIMARY KEY,
  metric  TEXT             NOT NULL,
  at_most DOUBLE PRECISION NOT NULL
);

-- What each member of a combination did alone and together; subject is a version, or members with weights.
CREATE TABLE combination (
  seq         BIGINT           NOT NULL,
  subject     TEXT             NOT NULL,
  name        TEXT             NOT NULL,
  version     INTEGER          NOT NULL,
  data_name   TEXT             NOT NULL,
  split       TEXT             NOT NULL,
  data_digest TEXT             NOT NULL,
  metric      TEXT             NOT NULL,
  alone       DOUBLE PRECISION NOT NULL,
  together    DOUBLE PRECISION NOT NULL,
  row_count   INTEGER          NOT NULL,
  happened    BIGINT           NOT NULL,
  actor       TEXT             NOT NULL,
  PRIMARY KEY (seq, name, version, metric),
  FOREIGN KEY (name, version) REFERENCES module_version (name, version)
);
CREATE INDEX combination_subject ON combination (subject, seq);
