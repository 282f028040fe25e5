-- A version may also have started from another one: relation 'started_from'. Programs before this version do
-- not know that word, so they must not open such a registry; the index serves the question what started from what.
CREATE INDEX version_parent_relation ON version_parent (relation, parent_name, parent_version);
