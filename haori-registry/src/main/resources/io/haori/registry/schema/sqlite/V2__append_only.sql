-- What is history may be added to, never changed. Whoever switches this off is found by verify.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER module_version_no_update BEFORE UPDATE ON module_version
BEGIN SELECT RAISE(ABORT, 'module_version is append-only'); END;

CREATE TRIGGER module_version_no_delete BEFORE DELETE ON module_version
BEGIN SELECT RAISE(ABORT, 'module_version is append-only'); END;

CREATE TRIGGER version_file_no_update BEFORE UPDATE ON version_file
BEGIN SELECT RAISE(ABORT, 'version_file is append-only'); END;

CREATE TRIGGER version_file_no_delete BEFORE DELETE ON version_file
BEGIN SELECT RAISE(ABORT, 'version_file is append-only'); END;

CREATE TRIGGER version_parent_no_update BEFORE UPDATE ON version_parent
BEGIN SELECT RAISE(ABORT, 'version_parent is append-only'); END;

CREATE TRIGGER version_parent_no_delete BEFORE DELETE ON version_parent
BEGIN SELECT RAISE(ABORT, 'version_parent is append-only'); END;

CREATE TRIGGER evaluation_no_update BEFORE UPDATE ON evaluation
BEGIN SELECT RAISE(ABORT, 'evaluation is append-only'); END;

CREATE TRIGGER evaluation_no_delete BEFORE DELETE ON evaluation
BEGIN SELECT RAISE(ABORT, 'evaluation is append-only'); END;

CREATE TRIGGER alias_move_no_update BEFORE UPDATE ON alias_move
BEGIN SELECT RAISE(ABORT, 'alias_move is append-only'); END;

CREATE TRIGGER alias_move_no_delete BEFORE DELETE ON alias_move
BEGIN SELECT RAISE(ABORT, 'alias_move is append-only'); END;
