package io.haori.registry.audit;

import java.util.Locale;

/**
 * Which entries of the log are looked for.
 *
 * @param module a part of the module's name; empty for any
 * @param actor a part of the person's account, of any case; empty for any
 * @param refusedOnly whether only refused attempts are
 * @param before only entries whose number is smaller
 */
public record AuditSearch(String module, String actor, boolean refusedOnly, long before) {
  /** All entries, from the newest on. */
  public static final AuditSearch ALL = new AuditSearch("", "", false, Long.MAX_VALUE);

  String modulePattern() {
    return pattern(module);
  }

  String actorPattern() {
    return pattern(actor.toLowerCase(Locale.ROOT));
  }

  /** A part as {@code LIKE … ESCAPE '!'} finds it. */
  private static String pattern(String part) {
    return "%" + part.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
  }
}
