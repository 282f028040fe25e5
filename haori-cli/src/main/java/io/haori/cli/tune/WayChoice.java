package io.haori.cli.tune;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.training.augment.LabelNameRows;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Choice;
import io.haori.training.choice.LabelCurve;
import io.haori.training.choice.MethodChoice;
import io.haori.training.data.Dataset;
import io.haori.training.data.group.RowGroups;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares ways to fit a task by cross-validation, and prints what came out.
 *
 * @param session what the command runs in
 * @param common says whether it is quiet, and the seed
 * @param stopRequested asked before every step
 * @param json gets all figures
 */
public record WayChoice(
    Session session, CommonOptions common, BooleanSupplier stopRequested, JsonResult json) {
  private static final String COMPARISON = "comparison";

  /**
   * Warns of models that were trained on the very rows that are compared on: a row that is held out
   * is no new one for them, so that they look better than they are.
   *
   * @param dataset whose training rows are used
   * @param folders of the models
   */
  public void warnOfSameRows(Dataset dataset, Collection<Path> folders) {
    for (Path folder : folders) {
      String rows = AdapterFolder.recordedData(folder).digests().get("train");
      if (dataset.train().sha256().equals(rows)) {
        session
            .console()
            .err()
            .println(
                "Warning: "
                    + folder.getFileName()
                    + " was trained on these very rows, so that it looks better here than it is on"
                    + " new texts.");
      }
    }
  }

  /**
   * The best way.
   *
   * @param base stays open
   * @param dataset whose training rows are used
   * @param ways to compare
   * @param checkpoint where fits that are done are kept
   * @param resume whether to take those there
   * @return null when it was interrupted
   */
  public @Nullable Choice choose(
      TextBase base, Dataset dataset, List<Candidate> ways, Path checkpoint, boolean resume) {
    MethodChoice comparison =
        new MethodChoice(base, dataset)
            .stopWhen(stopRequested)
            .journal(checkpoint.resolve(COMPARISON), resume);
    warnOfSameRows(
        dataset,
        ways.stream()
            .map(Candidate::start)
            .filter(Objects::nonNull)
            .map(StoredStart::adapter)
            .collect(Collectors.toCollection(LinkedHashSet::new)));
    session.note(common, comparison.plan(ways));
    List<List<Integer>> groups = RowGroups.of(dataset.train().rows()).ofDifferentTexts();
    if (!groups.isEmpty()) {
      session.note(
          common,
          "%d of these rows are in %d %s, each kept in one fold."
              .formatted(
                  groups.stream().mapToInt(List::size).sum(),
                  groups.size(),
                  groups.size() == 1 ? "group" : "groups"));
    }
    LabelNameRows.firstCode(dataset)
        .ifPresent(
            code ->
                session.note(
                    common,
                    ("Labels are not learnt from as texts, as \"%s\" is a code; a file for"
                            + " --labels with a line for each label, its name, a tab and what it"
                            + " is in words, lets them be.")
                        .formatted(code)));
    Choice choice;
    try (MethodChoiceView view = new MethodChoiceView(session, common)) {
      choice = comparison.listener(view).run(ways).orElse(null);
      view.close();
      if (choice == null) {
        return null;
      }
      view.print(choice);
    }
    json.put("choice", MethodChoiceView.forJson(choice));
    json.put("groupsKeptTogether", groups.size());
    if (dataset.labels().size() == 1) {
      TuneSettings first = choice.scores().get(0).candidate().settings();
      LabelCurve curve = LabelCurve.of(base, first.text(), dataset, common.seed);
      LabelCurveText.print(session.console(), curve);
      json.put("labelCurve", LabelCurveText.forJson(curve));
    }
    return choice;
  }
}
