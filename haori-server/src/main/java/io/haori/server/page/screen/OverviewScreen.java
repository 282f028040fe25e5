package io.haori.server.page.screen;

import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.VersionSummary;
import io.haori.registry.access.Role;
import io.haori.registry.lifecycle.AliasMove;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.version.State;
import io.haori.server.engine.BaseEngines;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is live where since when, what waits for a decision, and what changed last. */
public final class OverviewScreen {
  private static final int CHANGES = 10;

  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final InstantSource clock;

  /** Of a server. */
  public OverviewScreen(RegistryWatch watch, BaseEngines engines, InstantSource clock) {
    this.watch = watch;
    this.engines = engines;
    this.clock = clock;
  }

  /**
   * Something that is live.
   *
   * @param module its name
   * @param version its number
   * @param alias as requests name it
   * @param since when it became live
   * @param actor who made it live
   * @param reason why
   * @param digest of it
   * @param shortDigest its beginning
   * @param base its base's name
   * @param residence whether it is in memory, as a key of the words
   */
  public record LiveRow(
      String module,
      int version,
      String alias,
      Words.Moment since,
      String actor,
      String reason,
      String digest,
      String shortDigest,
      String base,
      String residence) {}

  /**
   * A version that somebody could approve or make live.
   *
   * @param module its name
   * @param version its number
   * @param state in its life
   * @param author who added it
   * @param created when
   */
  public record WaitingRow(
      String module, int version, String state, String author, Words.Moment created) {}

  private record Where(ModuleName name, LiveTarget target) {}

  /** Shows it. */
  public void show(Visit visit) {
    ModuleDirectory directory = watch.directory();
    Map<String, Object> model = new HashMap<>();
    model.put("live", live(visit, directory));
    model.put("waiting", waiting(visit, directory));
    boolean seesLog = visit.caller().may(Role.VIEWER, null);
    model.put("seesLog", seesLog);
    model.put("changes", seesLog ? changes(visit) : List.of());
    model.put("trouble", Objects.requireNonNullElse(watch.trouble(), ""));
    visit.show("overview", model);
  }

  private List<LiveRow> live(Visit visit, ModuleDirectory directory) {
    Map<Where, AliasMove> moves = new HashMap<>();
    for (AliasMove move : visit.registry().lifeCycle().liveAt(clock.instant())) {
      moves.put(new Where(move.name(), move.target()), move);
    }
    List<LiveRow> rows = new ArrayList<>();
    for (LiveVersion live : directory.live()) {
      AliasMove move = moves.get(new Where(live.id().name(), live.target()));
      if (visit.sees(live.id().name()) && move != null) {
        rows.add(row(directory, live, move));
      }
    }
    return rows;
  }

  private LiveRow row(ModuleDirectory directory, LiveVersion live, AliasMove move) {
    VersionSummary version = directory.get(live.id());
    return new LiveRow(
        live.id().name().text(),
        live.id().number(),
        live.id().name() + "@" + live.target(),
        Words.moment(move.happened()),
        move.actor(),
        move.reason(),
        version.digest(),
        Words.shortDigest(version.digest()),
        version.baseName(),
        residence(engines, directory, version));
  }

  /** Whether a version is in memory, comes in when it is asked, or cannot be computed here. */
  static String residence(BaseEngines engines, ModuleDirectory directory, VersionSummary version) {
    return engines
        .withDigest(version.baseDigest())
        .map(
            engine ->
                engine.residents().has(directory.served(version).id()) ? "resident" : "onDemand")
        .orElse("noBase");
  }

  private static List<WaitingRow> waiting(Visit visit, ModuleDirectory directory) {
    return directory.inUse().stream()
        .filter(one -> one.state() == State.EVALUATED || one.state() == State.APPROVED)
        .filter(one -> visit.sees(one.id().name()))
        .filter(one -> isNewest(directory, one))
        .map(
            one ->
                new WaitingRow(
                    one.id().name().text(),
                    one.id().number(),
                    one.state().word(),
                    one.author(),
                    Words.moment(one.created())))
        .toList();
  }

  /** Older versions that were live once are approved, too, but wait for nobody. */
  private static boolean isNewest(ModuleDirectory directory, VersionSummary version) {
    return directory.inUse().stream()
        .noneMatch(
            one ->
                one.id().name().equals(version.id().name())
                    && one.id().number() > version.id().number());
  }

  private static List<ChangeRow> changes(Visit visit) {
    List<ChangeRow> rows = new ArrayList<>();
    visit.registry().maintenance().log(CHANGES).forEach(one -> rows.add(0, ChangeRow.of(one)));
    return rows;
  }
}
