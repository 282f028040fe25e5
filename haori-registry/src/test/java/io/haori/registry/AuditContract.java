package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditSearch;
import io.haori.registry.name.VersionId;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That history cannot be changed without being found out. */
abstract class AuditContract extends RegistryFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "UPDATE module_version SET author = 'x'",
        "DELETE FROM version_file",
        "UPDATE evaluation SET scores = '{}'",
        "DELETE FROM alias_move"
      })
  void historyIsAppendOnly(String statement) {
    live(1);

    assertThatThrownBy(() -> RawRows.execute(database.location(), statement))
        .hasMessageContaining("is append-only");
    isSound();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          audit          | UPDATE audit SET actor = 'x' WHERE seq = 4                   | log entry 4 was changed
          audit          | UPDATE audit SET details = '{}' WHERE seq = 3                | log entry 3 was changed
          audit          | DELETE FROM audit WHERE seq = 4                              | log entry 4 is missing
          audit          | DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)   | log entry 7 is missing
          audit          | UPDATE audit SET previous = hash WHERE seq = 5               | log entry 5 does not follow the one before it
          module_version | UPDATE module_version SET author = 'x'                       | version food@1 differs from the log
          module_version | UPDATE module_version SET base_digest = 'x'                  | version food@1 differs from the log
          version_file   | DELETE FROM version_file WHERE path = 'haori.json'           | version food@1 differs from the log
          evaluation     | UPDATE evaluation SET scores = '{\"accuracy\":1.0}'          | evaluation of log entry 4 differs from the log
          evaluation     | DELETE FROM evaluation                                       | evaluation of log entry 4 differs from the log
          """)
  void whatWasChangedByForceIsNamed(String table, String statement, String sentence) {
    live(1);
    add(2);
    assertThat(lastEntry().seq()).isEqualTo(7);

    RawRows.executeByForce(database.location(), table, statement);

    assertThat(admin.maintenance().verify(bytes -> {}).firstBreak()).contains(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UPDATE alias SET version = 2                                    | alias food@live differs from the log
          DELETE FROM alias                                               | alias food@live differs from the log
          UPDATE version_state SET state = 'approved' WHERE version = 2   | state of version food@2 differs from the log
          UPDATE version_state SET state = 'retired' WHERE version = 2    | state of version food@2 differs from the log
          UPDATE version_state SET purged = 1 WHERE version = 2           | state of version food@2 differs from the log
          UPDATE registry SET entries = 5                                 | log entry 6 is not known to the registry
          """)
  void whatDiffersFromTheLogIsNamed(String statement, String sentence) {
    live(1);
    add(2);

    RawRows.execute(database.location(), statement);

    assertThat(admin.maintenance().verify(bytes -> {}).firstBreak()).contains(sentence);
  }

  @Test
  void anEntrySaysNoMoreThanItsHashCovers() {
    VersionId id = live(1);

    assertThat(admin.maintenance().history(id.name(), 10))
        .allSatisfy(entry -> assertThat(entry.computedHash()).isEqualTo(entry.hash()));
    assertThat(admin.maintenance().log(10).get(0).previous()).isEqualTo("0".repeat(64));
  }

  @Test
  void entriesAreFoundByPartsOfModuleAndAccountTheNewestFirst() {
    live(1);
    give("Berta_1", Role.VIEWER, "*");
    Registry berta = as("Berta_1");
    assertThatThrownBy(() -> berta.modules().requireMayAdd(FOOD)).isInstanceOf(UserError.class);
    AuditEntry refused = lastEntry();

    assertThat(found("oo", "", false, Long.MAX_VALUE))
        .hasSizeGreaterThan(2)
        .allSatisfy(entry -> assertThat(entry.module()).isEqualTo("food"))
        .isSortedAccordingTo(Comparator.comparing(AuditEntry::seq).reversed());
    assertThat(found("", "BERTA_", false, Long.MAX_VALUE)).containsExactly(refused);
    assertThat(found("", "", true, Long.MAX_VALUE)).containsExactly(refused);
    assertThat(found("", "", true, refused.seq())).isEmpty();
    // Neither letter stands for others.
    assertThat(found("", "r_a", false, Long.MAX_VALUE)).isEmpty();
    assertThat(found("f%d", "", false, Long.MAX_VALUE)).isEmpty();
    assertThat(berta.maintenance().search(AuditSearch.ALL, 1)).containsExactly(refused);
  }

  private List<AuditEntry> found(String module, String actor, boolean refusedOnly, long before) {
    return admin.maintenance().search(new AuditSearch(module, actor, refusedOnly, before), 100);
  }
}
