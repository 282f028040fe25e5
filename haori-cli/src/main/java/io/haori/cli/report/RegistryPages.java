package io.haori.cli.report;

import io.haori.cli.wording.Html;
import io.haori.cli.wording.Words;
import io.haori.registry.VersionView;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.version.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Versions and log of a registry.
 *
 * @param facts of it
 * @param words of the reader
 */
record RegistryPages(RegistryFacts facts, Words words) {
  private static final int SHORT_DIGEST = 12;

  void add(Blocks page) {
    page.heading(2, "versions", words.text("part.versions"));
    for (VersionView version : facts.versions()) {
      add(page, version);
    }
    page.heading(2, "log", words.text("part.log", facts.log().size()));
    List<List<Html>> rows = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (AuditEntry entry : facts.log()) {
      places.add("log-" + entry.seq());
      rows.add(
          texts(
              String.valueOf(entry.seq()),
              words.moment(entry.happened()),
              entry.actor(),
              entry.action(),
              entry.module() + (entry.version() == 0 ? "" : "@" + entry.version()),
              entry.outcome(),
              shorter(entry.hash())));
    }
    page.table(heads("entry", "when", "who", "action", "module", "outcome", "hash"), rows, places);
  }

  private void add(Blocks page, VersionView view) {
    Origin origin = view.version().origin();
    String id = view.version().id().toString();
    page.heading(3, "version-" + id, id);
    List<List<Html>> rows = new ArrayList<>();
    List<String> live = view.live().stream().map(LiveTarget::alias).toList();
    row(
        rows,
        "state",
        words.text("state." + view.status().state().word())
            + (live.isEmpty() ? "" : " (" + String.join(", ", live) + ")"));
    row(rows, "made", words.moment(view.version().created()) + ", " + view.version().author());
    row(rows, "base", origin.baseName() + ", " + shorter(origin.baseDigest()));
    row(rows, "settings", settings(origin));
    row(rows, "data", digests(origin.data()));
    row(rows, "content", shorter(view.version().contentDigest()));
    for (RecordedEvaluation one : facts.evaluations(view)) {
      Evaluation evaluation = one.evaluation();
      row(
          rows,
          "evaluation",
          evaluation.dataName()
              + " ("
              + evaluation.split()
              + ", "
              + shorter(evaluation.dataDigest())
              + "): "
              + scores(evaluation.scores()));
    }
    page.table(heads("what", "value"), rows, List.of());
  }

  private void row(List<List<Html>> rows, String what, String value) {
    if (!value.isBlank()) {
      rows.add(texts(words.text("version." + what), value));
    }
  }

  private static String settings(Origin origin) {
    List<String> all = new ArrayList<>(List.of(origin.method()));
    new TreeMap<>(origin.settings())
        .forEach(
            (name, value) -> {
              boolean shown =
                  name.startsWith(origin.method() + ".")
                      || List.of(
                              "training.epochs", "training.learningRate", "maxLength", "trainRows")
                          .contains(name);
              if (shown) {
                all.add(name + "=" + value);
              }
            });
    if (origin.seed() != null) {
      all.add("seed=" + origin.seed());
    }
    return String.join(", ", all);
  }

  private static String digests(Map<String, String> data) {
    List<String> all = new ArrayList<>();
    new TreeMap<>(data).forEach((split, digest) -> all.add(split + " " + shorter(digest)));
    return String.join(", ", all);
  }

  private String scores(Map<String, Double> scores) {
    List<String> all = new ArrayList<>();
    new TreeMap<>(scores).forEach((name, value) -> all.add(name + " " + words.number(value, 4)));
    return String.join(", ", all);
  }

  private List<String> heads(String... names) {
    return Arrays.stream(names).map(name -> words.text("head." + name)).toList();
  }

  private static List<Html> texts(String... cells) {
    return Arrays.stream(cells).map(Html::of).toList();
  }

  private static String shorter(String digest) {
    return digest.length() <= SHORT_DIGEST ? digest : digest.substring(0, SHORT_DIGEST);
  }
}
