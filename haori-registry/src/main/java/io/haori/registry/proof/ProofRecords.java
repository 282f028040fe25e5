package io.haori.registry.proof;

import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.ledger.Change;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.ModuleName;
import io.haori.registry.store.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What proofs of concept fixed beforehand, found and decided, in the log. */
public final class ProofRecords {
  private final Ledger ledger;

  /** For one person. */
  public ProofRecords(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Adds an entry to the log.
   *
   * @param kind what it says
   * @param module about which it is
   * @param details by name: texts, numbers, truth values, lists and maps
   * @return the number of the entry
   */
  public long add(ProofKind kind, ModuleName module, Map<String, Object> details) {
    Intent intent = new Intent(kind.action(), Role.AUTHOR, module, 0, new LinkedHashMap<>(details));
    return ledger.change(intent, Change::seq);
  }

  /** The entries about modules that the person may look at, the oldest first. */
  public List<ProofRecord> all() {
    List<String> actions = Stream.of(ProofKind.values()).map(ProofKind::action).toList();
    return ledger.lookAtOwn(
        (handle, grants) ->
            AuditLog.done(handle, actions).stream()
                .filter(
                    entry -> AccessTable.allow(grants, Role.VIEWER, new ModuleName(entry.module())))
                .map(ProofRecords::record)
                .toList());
  }

  private static ProofRecord record(AuditEntry entry) {
    return new ProofRecord(
        entry.seq(),
        entry.happened(),
        entry.actor(),
        ProofKind.of(entry.action()),
        entry.module(),
        entry.hash(),
        Json.tree(entry.details()));
  }
}
