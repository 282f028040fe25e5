package io.haori.registry.audit;

import io.haori.registry.name.ModuleName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/** The rows of the log. They are added in the transaction of what they tell of. */
public final class AuditLog {
  private static final RowMapper<AuditEntry> ENTRY =
      (row, context) ->
          new AuditEntry(
              row.getLong("seq"),
              Instant.ofEpochMilli(row.getLong("happened")),
              row.getString("actor"),
              row.getString("action"),
              row.getString("module"),
              row.getInt("version"),
              row.getString("outcome"),
              row.getString("details"),
              row.getString("previous"),
              row.getString("hash"));

  /** More modules than these are not named one by one. */
  private static final int MOST_NAMED = 200;

  private AuditLog() {}

  /**
   * How long the log is and how it ends.
   *
   * @param entries number of entries
   * @param lastHash digest of the last one
   */
  public record Head(long entries, String lastHash) {}

  /** The end of the log as the registry remembers it. */
  public static Head head(Handle handle) {
    return handle
        .createQuery("SELECT entries, last_hash FROM registry WHERE id = 1")
        .map((row, context) -> new Head(row.getLong("entries"), row.getString("last_hash")))
        .one();
  }

  /**
   * The modules about which something was done since an end of the log.
   *
   * @param handle of a read
   * @param end as it was then
   * @return empty where something was done about all of the registry, where too many modules are
   *     named, and where this log does not go on from that end
   */
  public static Optional<Set<ModuleName>> namedSince(Handle handle, Head end) {
    boolean goesOn =
        handle
            .createQuery("SELECT hash FROM audit WHERE seq = ?")
            .bind(0, end.entries())
            .mapTo(String.class)
            .findOne()
            .filter(end.lastHash()::equals)
            .isPresent();
    if (!goesOn) {
      return Optional.empty();
    }
    // What was refused changed nothing.
    List<String> names =
        handle
            .createQuery(
                "SELECT DISTINCT module FROM audit WHERE seq > :end AND outcome = :done"
                    + " LIMIT :limit")
            .bind("end", end.entries())
            .bind("done", AuditEntry.DONE)
            .bind("limit", MOST_NAMED + 1)
            .mapTo(String.class)
            .list();
    return names.contains("") || names.size() > MOST_NAMED
        ? Optional.empty()
        : Optional.of(names.stream().map(ModuleName::new).collect(Collectors.toSet()));
  }

  /**
   * Adds an entry.
   *
   * @param handle of a change
   * @param happened when
   * @param actor who
   * @param action what
   * @param module its name or empty
   * @param version its number or 0
   * @param outcome {@link AuditEntry#DONE} or {@link AuditEntry#REFUSED}
   * @param details a JSON object
   */
  public static void append(
      Handle handle,
      Instant happened,
      String actor,
      String action,
      String module,
      int version,
      String outcome,
      String details) {
    Head head = head(handle);
    long seq = head.entries() + 1;
    String hash =
        AuditEntry.hash(
            seq, happened, actor, action, module, version, outcome, details, head.lastHash());
    insert(
        handle,
        new AuditEntry(
            seq,
            happened,
            actor,
            action,
            module,
            version,
            outcome,
            details,
            head.lastHash(),
            hash));
    handle.execute("UPDATE registry SET entries = ?, last_hash = ? WHERE id = 1", seq, hash);
  }

  private static void insert(Handle handle, AuditEntry entry) {
    handle.execute(
        "INSERT INTO audit (seq, happened, actor, action, module, version, outcome, details,"
            + " previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.seq(),
        entry.happened().toEpochMilli(),
        entry.actor(),
        entry.action(),
        entry.module(),
        entry.version(),
        entry.outcome(),
        entry.details(),
        entry.previous(),
        entry.hash());
  }

  /**
   * The last entries about a module, or about everything.
   *
   * @param handle of a read
   * @param module its name, or empty for all entries
   * @param limit at most this many
   * @return the oldest first
   */
  public static List<AuditEntry> last(Handle handle, String module, int limit) {
    // Two questions: with one that fits both, SQLite would read the whole log.
    Query query =
        module.isEmpty()
            ? handle.createQuery("SELECT * FROM audit ORDER BY seq DESC LIMIT :limit")
            : handle
                .createQuery(
                    "SELECT * FROM audit WHERE module = :module ORDER BY seq DESC LIMIT :limit")
                .bind("module", module);
    List<AuditEntry> newestFirst = query.bind("limit", limit).map(ENTRY).list();
    return newestFirst.stream()
        .sorted((one, other) -> Long.compare(one.seq(), other.seq()))
        .toList();
  }

  /**
   * Entries that are looked for.
   *
   * @param handle of a read
   * @param search which ones
   * @param limit at most this many
   * @return the newest first
   */
  public static List<AuditEntry> find(Handle handle, AuditSearch search, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM audit WHERE seq < :before AND module LIKE :module ESCAPE '!'"
                + " AND LOWER(actor) LIKE :actor ESCAPE '!'"
                + (search.refusedOnly() ? " AND outcome = 'refused'" : "")
                + " ORDER BY seq DESC LIMIT :limit")
        .bind("before", search.before())
        .bind("module", search.modulePattern())
        .bind("actor", search.actorPattern())
        .bind("limit", limit)
        .map(ENTRY)
        .list();
  }

  /**
   * What was done of some kinds, refused attempts left out.
   *
   * @param handle of a read
   * @param actions for example {@code grant}
   * @return the oldest first
   */
  public static List<AuditEntry> done(Handle handle, List<String> actions) {
    return handle
        .createQuery(
            "SELECT * FROM audit WHERE action IN (<actions>) AND outcome = :done ORDER BY seq")
        .bindList("actions", actions)
        .bind("done", AuditEntry.DONE)
        .map(ENTRY)
        .list();
  }

  /**
   * Checks the whole chain.
   *
   * @param handle of a read
   * @param visitor sees each entry in turn, the first break excluded
   * @return the first break in a sentence
   */
  public static Optional<String> firstBreak(Handle handle, Consumer<AuditEntry> visitor) {
    Head head = head(handle);
    ChainCheck check = new ChainCheck();
    try (var entries =
        handle
            .createQuery("SELECT * FROM audit ORDER BY seq")
            .setFetchSize(1000)
            .map(ENTRY)
            .iterator()) {
      while (entries.hasNext()) {
        AuditEntry entry = entries.next();
        Optional<String> broken = check.next(entry);
        if (broken.isPresent()) {
          return broken;
        }
        visitor.accept(entry);
      }
    }
    return check.end(head);
  }
}
