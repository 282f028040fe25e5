package io.haori.server.page.screen;

import io.haori.analysis.drift.DriftKind;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.VersionSummary;
import io.haori.registry.access.Role;
import io.haori.registry.lifecycle.AliasMove;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.trial.Trial;
import io.haori.registry.version.State;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.drift.DriftStatus;
import io.haori.server.watch.feedback.LiveAccuracy;
import io.haori.server.watch.feedback.TrialAccuracy;
import io.haori.server.watch.trial.AnswerWatch;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What is live where since when, what waits for a decision, and what changed last. */
public final class OverviewScreen {
  private static final int CHANGES = 10;

  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final AnswerWatch watching;
  private final InstantSource clock;

  /** Of a server. */
  public OverviewScreen(
      RegistryWatch watch, BaseEngines engines, AnswerWatch watching, InstantSource clock) {
    this.watch = watch;
    this.watching = watching;
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
   * @param drift whether its texts are still those of the evaluation, as a key of the words
   * @param driftKinds in which ways they are not, as keys of the words
   * @param accuracy by feedback with its interval; empty before there is any
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
      String residence,
      String drift,
      List<String> driftKinds,
      String accuracy) {}

  /**
   * A candidate beside what is live.
   *
   * @param alias as requests name it
   * @param module its name
   * @param live number of the version that is live
   * @param candidate number of the other one
   * @param kind how it is tried, as a key of the words
   * @param share of the requests
   * @param verdict what to do, as a key of the words
   * @param difference interval of the accuracies' difference
   * @param answers with feedback, of both
   */
  public record TrialRow(
      String alias,
      String module,
      int live,
      int candidate,
      String kind,
      String share,
      String verdict,
      String difference,
      long answers) {}

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
    model.put("trials", trials(visit, directory));
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

  private List<TrialRow> trials(Visit visit, ModuleDirectory directory) {
    List<TrialRow> rows = new ArrayList<>();
    for (Trial trial : directory.trials()) {
      if (visit.sees(trial.name())) {
        TrialAccuracy found = watching.feedback().ofTrial(trial.id());
        rows.add(
            new TrialRow(
                trial.name() + "@" + trial.target(),
                trial.name().text(),
                trial.live().number(),
                trial.candidate().number(),
                trial.kind().word(),
                Words.percent(trial.share()),
                found.verdict().name().toLowerCase(Locale.ROOT),
                Words.percent(found.low()) + " … " + Words.percent(found.high()),
                found.live().answers() + found.candidate().answers()));
      }
    }
    return rows;
  }

  /** A live accuracy with its interval. */
  public static String accuracy(LiveAccuracy found) {
    return Words.percent(found.mean())
        + " ("
        + Words.percent(found.low())
        + " … "
        + Words.percent(found.high())
        + ", n = "
        + found.answers()
        + ")";
  }

  private LiveRow row(ModuleDirectory directory, LiveVersion live, AliasMove move) {
    VersionSummary version = directory.get(live.id());
    Optional<DriftStatus> drift = watching.drift().of(directory.served(version).id());
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
        residence(engines, directory, version),
        drift.map(DriftStatus::word).orElse("none"),
        drift.stream()
            .flatMap(one -> one.raised().stream())
            .map(kind -> driftKey(kind, directory.served(version).detector(), ofPictures(version)))
            .sorted()
            .toList(),
        watching.feedback().of(live.id(), "").map(OverviewScreen::accuracy).orElse(""));
  }

  private boolean ofPictures(VersionSummary version) {
    return engines.withDigest(version.baseDigest()).map(BaseEngine::readsPictures).orElse(false);
  }

  /** What a kind of drift is called where a detector answers, or pictures are read. */
  private static String driftKey(DriftKind kind, boolean detector, boolean pictures) {
    return switch (kind) {
      case LABELS -> detector ? "scores" : kind.word();
      case EMBEDDING -> pictures ? "pictures" : kind.word();
      default -> kind.word();
    };
  }

  /** Whether a version is in memory, comes in when it is asked, or cannot be computed here. */
  public static String residence(
      BaseEngines engines, ModuleDirectory directory, VersionSummary version) {
    return engines
        .withDigest(version.baseDigest())
        .map(engine -> engine.has(directory.served(version).id()) ? "resident" : "onDemand")
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
