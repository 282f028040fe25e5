-- Scores behind answers, one a row as JSON, where a threshold decides; feedback keeps that of its row.
ALTER TABLE served_answer ADD COLUMN scores TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feedback ADD COLUMN score DOUBLE PRECISION;
