-- What is history may be added to, never changed. Whoever switches this off is found by verify.
CREATE FUNCTION haori_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION haori_append_only();

CREATE TRIGGER module_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON module_version
  FOR EACH STATEMENT EXECUTE FUNCTION haori_append_only();

CREATE TRIGGER version_file_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON version_file
  FOR EACH STATEMENT EXECUTE FUNCTION haori_append_only();

CREATE TRIGGER version_parent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON version_parent
  FOR EACH STATEMENT EXECUTE FUNCTION haori_append_only();

CREATE TRIGGER evaluation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evaluation
  FOR EACH STATEMENT EXECUTE FUNCTION haori_append_only();

CREATE TRIGGER alias_move_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alias_move
  FOR EACH STATEMENT EXECUTE FUNCTION haori_append_only();
