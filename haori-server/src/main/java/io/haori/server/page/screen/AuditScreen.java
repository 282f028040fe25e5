package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import io.haori.registry.Maintenance.Verification;
import io.haori.registry.audit.AuditSearch;
import io.haori.server.problem.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** The log of changes and refused attempts: searched, and its chain checked. */
public final class AuditScreen {
  private static final int SHOWN = 50;

  /** One check at a time: it reads every file of the registry. */
  private final ReentrantLock checking = new ReentrantLock();

  /** Shows the entries that are looked for, the newest first. */
  public void show(Visit visit) {
    visit.show("audit", model(visit, ""));
  }

  private static Map<String, Object> model(Visit visit, String problem) {
    String module = visit.parameter("module");
    String actor = visit.parameter("actor");
    AuditSearch search =
        new AuditSearch(module, actor, visit.parameter("refused").equals("on"), before(visit));
    List<ChangeRow> rows;
    try {
      rows =
          visit.registry().maintenance().search(search, SHOWN + 1).stream()
              .map(ChangeRow::of)
              .toList();
    } catch (UserError e) {
      throw Refused.forbidden(Objects.requireNonNullElse(e.getMessage(), ""));
    }
    Map<String, Object> model = new HashMap<>();
    model.put("changes", rows.size() > SHOWN ? rows.subList(0, SHOWN) : rows);
    model.put("older", rows.size() > SHOWN ? rows.get(SHOWN - 1).seq() : 0);
    model.put("module", module);
    model.put("actor", actor);
    model.put("refused", search.refusedOnly());
    model.put("problem", problem);
    model.put("verified", Map.of());
    return model;
  }

  private static long before(Visit visit) {
    String before = visit.parameter("before");
    return before.matches("[1-9][0-9]{0,17}") ? Long.parseLong(before) : Long.MAX_VALUE;
  }

  /** Checks the chain, the rows and the files, and shows what was found. */
  public void verify(Visit visit) {
    if (!checking.tryLock()) {
      throw Refused.conflict("A check is under way already; try again when it is done");
    }
    try {
      Verification found = visit.registry().maintenance().verify(bytes -> {});
      Map<String, Object> model = model(visit, found.firstBreak().orElse(""));
      model.put("here", "/audit");
      model.put(
          "verified",
          Map.of(
              "sound",
              found.firstBreak().isEmpty(),
              "entries",
              String.valueOf(found.entries()),
              "versions",
              String.valueOf(found.versions()),
              "blobs",
              String.valueOf(found.blobs()),
              "size",
              Words.size(found.bytes())));
      visit.show("audit", model);
    } catch (UserError e) {
      throw Refused.forbidden(Objects.requireNonNullElse(e.getMessage(), ""));
    } finally {
      checking.unlock();
    }
  }
}
