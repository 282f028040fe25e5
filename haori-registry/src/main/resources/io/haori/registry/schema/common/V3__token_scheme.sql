-- How the secret of a token is hashed: 'argon2id' (before this version) or 'sha256'. A secret has 256
-- random bits, which nobody guesses; a slow hash would slow down every request of a server alone.
ALTER TABLE access_token ADD COLUMN scheme TEXT NOT NULL DEFAULT 'argon2id';

-- Who was granted what, by whom and when, is asked of the log.
CREATE INDEX audit_action ON audit (action, seq);
