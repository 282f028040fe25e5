package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.server.api.work.RoundDownload;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.WorkFolder;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import io.haori.server.round.RoundState;
import io.haori.server.round.SiteFile;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.HandedIn;
import io.haori.training.federated.Round;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of sites that learn together: who has handed in and what is waited for. By the roles for a
 * federation's name, a viewer looks and downloads, an author hands in, an approver does the rest.
 */
public final class RoundsScreen {
  private final WorkFolder work;
  private final Callers callers;
  private final BaseEngines engines;

  /** Of a server. */
  public RoundsScreen(WorkFolder work, Callers callers, BaseEngines engines) {
    this.work = work;
    this.callers = callers;
    this.engines = engines;
  }

  /**
   * The newest round of a federation, in the list.
   *
   * @param name of the federation
   * @param number of the round
   * @param aggregation how updates become one
   * @param base that all sites have
   * @param awaited what sites are to hand in
   * @param sites that have handed it in
   */
  public record RoundRow(
      String name, int number, String aggregation, String base, String awaited, long sites) {
    static RoundRow of(RoundState state) {
      return new RoundRow(
          state.name().text(),
          state.round().number(),
          state.round().aggregation().word(),
          state.round().base().name(),
          state.awaited(),
          state.handedIn().stream().filter(one -> one.kind().equals(state.awaited())).count());
    }
  }

  /**
   * A file that a site has handed in.
   *
   * @param site that signed it
   * @param kind of file
   * @param account that brought it
   * @param at when
   * @param size of the file
   * @param awaited whether the next step takes it
   */
  public record FileRow(
      String site, String kind, String account, Words.Moment at, String size, boolean awaited) {
    static FileRow of(SiteFile file, String awaited) {
      return new FileRow(
          file.site(),
          file.kind(),
          file.account(),
          Words.moment(file.at()),
          Words.size(file.bytes()),
          file.kind().equals(awaited));
    }
  }

  /**
   * A merge that led to the newest round.
   *
   * @param round that it made
   * @param sites whose updates were in it
   * @param rows of all of them
   * @param lost share of the mean update that the cut to the rank lost
   */
  public record MergeRow(int round, String sites, int rows, String lost) {
    static MergeRow of(Round.Merge merge) {
      return new MergeRow(
          merge.round(),
          merge.sites().stream().map(Round.Member::site).collect(Collectors.joining(", ")),
          merge.rows(),
          Words.percent(merge.lostEnergy()));
    }
  }

  /** Shows the list, and the form that begins with a round. */
  public void show(Visit visit) {
    show(visit, "");
  }

  private void show(Visit visit, String problem) {
    Map<String, Object> model = new HashMap<>();
    boolean open = work.closedBecause().isEmpty();
    model.put("closed", work.closedBecause());
    model.put(
        "rounds",
        open
            ? work.rounds().all().stream()
                .filter(one -> visit.sees(one.name()))
                .map(RoundRow::of)
                .toList()
            : List.of());
    model.put(
        "mayBegin",
        visit.caller().grants().stream().anyMatch(one -> one.role().covers(Role.APPROVER)));
    model.put("name", problem.isEmpty() ? "" : visit.field("name"));
    model.put("done", visit.parameter("done"));
    model.put("problem", problem);
    model.put("here", "/rounds");
    visit.show("rounds", model);
  }

  private @Nullable TextBase base(String digest) {
    return engines.withDigest(digest).map(engine -> engine.base()).orElse(null);
  }

  /** Something that a file is read for. */
  private interface Reading {
    void of(InputStream content);
  }

  private static void read(Visit visit, Reading reading) {
    UploadedFile file = visit.context().uploadedFile("file");
    if (file == null || file.filename().isEmpty()) {
      throw new UserError("file must be chosen, got nothing");
    }
    try (InputStream content = file.content()) {
      reading.of(content);
    } catch (IOException e) {
      throw new UserError("file must come whole, got a part", e);
    }
  }

  /** Begins with the round of the form, or shows the list again with what is wrong. */
  public void begin(Visit visit) {
    ModuleName name;
    try {
      name = new ModuleName(visit.field("name"));
      callers.requireMay(visit.caller(), "begin-round", Role.APPROVER, name);
      read(
          visit,
          content -> work.rounds().begin(name, visit.caller().account(), content, this::base));
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      show(visit, problem.detail());
      return;
    }
    visit.continueAt(address(name) + "?done=roundBegun");
  }

  private static String address(ModuleName name) {
    return "/rounds/" + Visits.encoded(name.text());
  }

  /** Shows the newest round of a federation. */
  public void showOne(Visit visit) {
    showOne(visit, visit.module(), "");
  }

  private void showOne(Visit visit, ModuleName name, String problem) {
    RoundState state = work.rounds().find(name);
    String awaited = state.awaited();
    Round round = state.round();
    boolean secure = round.aggregation() == Aggregation.SECURE;
    boolean collects = secure && !awaited.equals(HandedIn.LAST);
    List<FileRow> files = state.handedIn().stream().map(one -> FileRow.of(one, awaited)).toList();
    Map<String, Object> model = new HashMap<>();
    model.put("name", name.text());
    model.put("round", RoundRow.of(state));
    model.put("federation", round.federation());
    model.put("baseDigest", round.base().digest());
    model.put("digest", state.digest());
    model.put("files", files);
    model.put("step", collects ? "collect" : "merge");
    model.put("ready", files.stream().anyMatch(FileRow::awaited));
    model.put("hasCollected", secure && !awaited.equals(HandedIn.FIRST));
    model.put("past", round.past().stream().map(MergeRow::of).toList());
    model.put("mayHandIn", visit.caller().may(Role.AUTHOR, name));
    model.put("mayCoordinate", visit.caller().may(Role.APPROVER, name));
    model.put("done", visit.parameter("done"));
    model.put("problem", problem);
    model.put("here", address(name));
    visit.show("round", model);
  }

  /** Sends the folder of the newest round. */
  public void download(Visit visit) {
    ModuleName name = visit.module();
    RoundState state = work.rounds().find(name);
    int number = state.round().number();
    RoundDownload.named(visit.context(), name.fileName() + "-round" + number + ".zip");
    RoundDownload.folder(visit.context(), work.rounds().folder(name, number));
  }

  /** Sends what was collected last. */
  public void downloadCollected(Visit visit) {
    ModuleName name = visit.module();
    RoundDownload.named(visit.context(), name.fileName() + ".collected");
    RoundDownload.file(visit.context(), work.rounds().collected(name));
  }

  /** A change of a round. */
  private interface Change {
    void of(ModuleName name, String account);
  }

  /** Tries a change, and shows the round again with what was done or is wrong. */
  private void change(Visit visit, String action, Role role, String done, Change change) {
    ModuleName name = visit.module();
    try {
      callers.requireMay(visit.caller(), action, role, name);
      change.of(name, visit.caller().account());
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      showOne(visit, name, problem.detail());
      return;
    }
    visit.continueAt(done);
  }

  private static String after(Visit visit, String done) {
    return "/rounds/" + Visits.encoded(visit.context().pathParam("name")) + "?done=" + done;
  }

  /** Takes a site's file. */
  public void handIn(Visit visit) {
    change(
        visit,
        "hand-in",
        Role.AUTHOR,
        after(visit, "handedIn"),
        (name, account) ->
            read(visit, content -> work.rounds().handIn(name, account, content, this::base)));
  }

  private static List<String> without(Visit visit) {
    return visit.context().formParams("without");
  }

  /** Collects what was handed in at this step of a secure round. */
  public void collect(Visit visit) {
    change(
        visit,
        "collect-round",
        Role.APPROVER,
        after(visit, "collected"),
        (name, account) -> work.rounds().collect(name, account, without(visit)));
  }

  /** Merges what was handed in into the next round. */
  public void merge(Visit visit) {
    change(
        visit,
        "merge-round",
        Role.APPROVER,
        after(visit, "merged"),
        (name, account) -> work.rounds().merge(name, account, without(visit), this::base));
  }

  /** Deletes all rounds of a name. */
  public void delete(Visit visit) {
    change(
        visit,
        "delete-rounds",
        Role.APPROVER,
        "/rounds?done=roundsDeleted",
        (name, account) -> work.rounds().delete(name, account));
  }
}
