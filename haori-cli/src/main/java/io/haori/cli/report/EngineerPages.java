package io.haori.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.proof.DomainSource;
import io.haori.cli.proof.ProofEnd;
import io.haori.cli.proof.ProofEnd.DomainScore;
import io.haori.cli.proof.ProofEnd.LabelScore;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.ProofStory.Logged;
import io.haori.cli.proof.ProofWords;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.cli.proof.TrialResult;
import io.haori.cli.wording.Html;
import io.haori.cli.wording.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where the numbers of the first page come from. */
final class EngineerPages {
  private static final int MOST_LABELS = 12;
  private static final int SHORT_DIGEST = 12;

  private final Subject subject;
  private final Words words;
  private final ProofWords proof;

  EngineerPages(Subject subject, Words words, ProofWords proof) {
    this.subject = subject;
    this.words = words;
    this.proof = proof;
  }

  String code() {
    Blocks page = new Blocks();
    if (subject.story() != null) {
      stages(page, subject.story());
    }
    ProofEnd end = subject.end();
    if (end != null) {
      tests(page, end);
    }
    if (!subject.plan().isMissingNode()) {
      curve(page);
      money(page);
    }
    risks(page);
    if (subject.facts() != null) {
      proofs(page, subject.facts());
      new RegistryPages(subject.facts(), words).add(page);
    }
    method(page);
    return page.code();
  }

  private void stages(Blocks page, ProofStory story) {
    page.heading(2, "stages", words.text("part.stages"));
    page.small(
        words.html(
            "stages.fixed",
            words.moment(story.begun().happened()),
            Html.link(String.valueOf(story.begun().seq()), "log-" + story.begun().seq()),
            story.begun().actor()));
    List<List<Html>> sources = new ArrayList<>();
    for (DomainSource one : story.start().domains()) {
      sources.add(
          texts(
              one.name(),
              words.whole(one.rows()),
              words.whole(one.testRows()),
              shorter(one.digest())));
    }
    page.table(heads("domain", "rows", "test-rows", "digest"), sources, List.of());
    for (StagePlan stage : story.start().stages()) {
      page.heading(3, "stage-" + stage.number(), stage.number() + " " + proof.kind(stage.kind()));
      page.paragraph(Html.of(proof.question(stage)));
      StageResult result = story.result(stage.number());
      if (result == null) {
        page.small(
            words.html(
                subject.end() == null ? "stages.open" : "stages.skipped",
                words.duration(stage.estimatedSeconds()),
                words.duration(stage.budgetSeconds())));
      } else {
        result(page, story, stage, result);
      }
    }
  }

  private void result(Blocks page, ProofStory story, StagePlan stage, StageResult result) {
    page.paragraph(
        Html.of(
            proof.decision(result.decision())
                + words.text("colon")
                + proof.reason(stage, result.decision(), result.choice(), result.trials())));
    List<List<Html>> rows = new ArrayList<>();
    for (TrialResult trial : result.trials()) {
      rows.add(
          texts(
              proof.way(trial.candidate()),
              proof.way(trial.before()),
              words.whole(trial.looks()),
              words.whole(trial.rows()),
              words.whole(trial.gained()),
              words.whole(trial.lost()),
              words.points(trial.gain()),
              range(words.points(trial.low()), words.points(trial.high())),
              words.points(trial.bound()),
              words.number(trial.evidence()),
              words.number(trial.against())));
    }
    page.table(
        heads(
            "candidate",
            "before",
            "looks",
            "rows",
            "gained",
            "lost",
            "gain",
            "interval",
            "bound",
            "evidence",
            "against"),
        rows,
        List.of());
    long entry =
        story.stages().stream()
            .filter(one -> one.what().number() == stage.number())
            .map(Logged::record)
            .mapToLong(one -> one.seq())
            .findFirst()
            .orElse(0);
    page.small(
        words.html(
            "stages.took",
            words.duration(result.seconds()),
            words.duration(result.estimatedSeconds()),
            words.whole((double) result.megabytes()),
            words.whole((double) result.estimatedMegabytes()),
            words.duration(stage.budgetSeconds()),
            words.number(1 / stage.alpha()),
            Html.link(String.valueOf(entry), "log-" + entry)));
  }

  private void tests(Blocks page, ProofEnd end) {
    page.heading(2, "tests", words.text("part.tests"));
    List<List<Html>> rows = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (DomainScore one : end.domains()) {
      Interval now = WilsonInterval.of(one.right(), one.rows());
      Interval frozen = WilsonInterval.of(one.frozenRight(), one.rows());
      places.add("domain-" + one.name());
      rows.add(
          List.of(
              Html.of(one.name()),
              Html.of(proof.answeredBy(one)),
              one.version().isEmpty()
                  ? Html.of("")
                  : Html.link(one.version(), "version-" + one.version()),
              Html.of(words.whole(one.rows())),
              Html.of(share(now)),
              Html.of(share(frozen)),
              Html.of(
                  words.points((double) (one.right() - one.frozenRight()) / one.rows())
                      + " ("
                      + range(words.points(one.gainLow()), words.points(one.gainHigh()))
                      + ")")));
    }
    page.table(
        heads("domain", "way", "version", "test-rows", "right", "frozen", "gain-interval"),
        rows,
        places);
    labels(page, end);
  }

  private String range(String low, String high) {
    return words.text("range", low, high);
  }

  private String share(Interval interval) {
    return words.finePercent(interval.estimate())
        + " ("
        + range(words.percent(interval.low()), words.percent(interval.high()))
        + ")";
  }

  private void labels(Blocks page, ProofEnd end) {
    page.heading(3, "labels", words.text("part.labels", end.domains().get(0).name()));
    List<List<Html>> rows = new ArrayList<>();
    for (LabelScore one : end.labels().subList(0, Math.min(MOST_LABELS, end.labels().size()))) {
      rows.add(
          texts(
              one.name(),
              words.whole(one.rows()),
              words.percent((double) one.right() / one.rows()),
              one.takenFor(),
              words.whole(one.toPerson())));
    }
    page.table(heads("label", "test-rows", "right", "taken-for", "to-person"), rows, List.of());
    if (end.threshold() > 0) {
      page.small(
          words.html(
              "labels.threshold",
              words.number(Math.min(1, end.threshold()), 2),
              words.percent(end.toPerson())));
    }
    confusion(page, end);
  }

  private void confusion(Blocks page, ProofEnd end) {
    if (end.confusionLabels().size() > MOST_LABELS) {
      return;
    }
    List<String> header = new ArrayList<>(List.of(words.text("head.right-answered")));
    header.addAll(end.confusionLabels());
    List<List<Html>> rows = new ArrayList<>();
    for (int truth = 0; truth < end.confusion().length; truth++) {
      List<Html> cells = new ArrayList<>(List.of(Html.of(end.confusionLabels().get(truth))));
      for (int count : end.confusion()[truth]) {
        cells.add(Html.of(count == 0 ? "·" : words.whole(count)));
      }
      rows.add(cells);
    }
    page.table(header, rows, List.of());
  }

  private void curve(Blocks page) {
    page.heading(2, "curve", words.text("part.curve"));
    List<List<Html>> rows = new ArrayList<>();
    for (JsonNode one : subject.plan().path("curve")) {
      rows.add(
          texts(
              words.whole(one.path("rows").asDouble()),
              words.finePercent(one.path("accuracy").asDouble()),
              ""));
    }
    for (JsonNode one : subject.plan().path("forecasts")) {
      rows.add(
          texts(
              words.text("curve.more", words.whole(one.path("more").asDouble())),
              words.text("curve.about", words.finePercent(one.path("accuracy").asDouble())),
              words.points(one.path("gain").asDouble())
                  + " ("
                  + range(
                      words.points(one.path("gainLow").asDouble()),
                      words.points(one.path("gainHigh").asDouble()))
                  + ")"));
    }
    page.figure(Figures.bars(curveBars()));
    page.table(heads("labels", "right", "adds"), rows, List.of());
    page.small(words.html("curve.how", words.whole(subject.plan().path("heldOut").asDouble())));
  }

  private List<Figures.Bar> curveBars() {
    List<Figures.Bar> bars = new ArrayList<>();
    for (JsonNode one : subject.plan().path("curve")) {
      double right = one.path("accuracy").asDouble();
      Html name = Html.of(words.whole(one.path("rows").asDouble()));
      bars.add(new Figures.Bar(name, right, 1, 0, Html.of(words.finePercent(right)), false));
    }
    for (JsonNode one : subject.plan().path("forecasts")) {
      double right = one.path("accuracy").asDouble();
      bars.add(
          new Figures.Bar(
              Html.of(words.text("curve.more", words.whole(one.path("more").asDouble()))),
              right,
              one.path("low").asDouble(),
              one.path("high").asDouble(),
              Html.of(words.text("curve.about", words.finePercent(right))),
              true));
    }
    return bars;
  }

  private void money(Blocks page) {
    JsonNode payback = subject.payback();
    if (!payback.isObject()) {
      return;
    }
    String currency = subject.costs().path("currency").asText();
    page.heading(2, "money", words.text("part.money"));
    List<List<Html>> rows = new ArrayList<>();
    for (String one : List.of("todayMonthly", "monthly", "outsourcedMonthly", "once", "months")) {
      JsonNode spread = payback.path(one);
      if (!one.equals("outsourcedMonthly") || subject.costs().path("outsourcing").isObject()) {
        rows.add(
            texts(
                words.text("money." + one, currency),
                value(spread.path("median"), one),
                value(spread.path("low"), one),
                value(spread.path("high"), one)));
      }
    }
    page.table(heads("what", "likely", "low", "high"), rows, List.of());
    page.small(words.html(subject.end() == null ? "money.how.plan" : "money.how"));
    page.heading(3, "matters", words.text("part.matters"));
    List<List<Html>> matters = new ArrayList<>();
    for (JsonNode one : payback.path("sensitivities")) {
      String name = one.path("name").asText();
      String key = "setting." + name;
      matters.add(
          texts(
              words.has(key) ? words.text(key) : name,
              words.percent(one.path("atLow").asDouble()),
              words.percent(one.path("atHigh").asDouble()),
              one.path("changesVerdict").asBoolean() ? words.text("matters.decides") : ""));
    }
    page.table(heads("what", "at-low", "at-high", "decides"), matters, List.of());
  }

  private String value(JsonNode number, String of) {
    if (!number.isNumber()) {
      return words.text("never");
    }
    return of.equals("months") ? words.number(number.asDouble()) : words.whole(number.asDouble());
  }

  private void risks(Blocks page) {
    page.heading(2, "risks", words.text("part.risks"));
    List<Html> items = new ArrayList<>();
    ProofEnd end = subject.end();
    if (end != null) {
      if (end.rollbackMillis() > 0) {
        items.add(words.html("risks.rollback", words.number(end.rollbackMillis())));
      }
      for (DomainScore one : end.domains()) {
        items.add(
            one.version().isEmpty()
                ? words.html("risks.drift.none", one.name())
                : words.html(
                    "risks.drift",
                    Html.link(one.version(), "version-" + one.version()),
                    words.whole(one.rows())));
      }
    } else {
      items.add(words.html("risks.none"));
    }
    subject
        .costs()
        .path("licences")
        .properties()
        .forEach(
            one -> items.add(words.html("risks.licence", one.getKey(), one.getValue().asText())));
    page.list(items);
    page.heading(3, "doubts", words.text("part.doubts"));
    List<Html> doubts = new ArrayList<>();
    for (JsonNode one : subject.plan().path("warnings")) {
      List<String> examples = new ArrayList<>();
      one.path("examples").forEach(example -> examples.add(example.asText()));
      String kind = "wrong.doubt." + one.path("kind").asText();
      String said =
          words.has(kind)
              ? words.text(
                  "doubt.count", words.text(kind), words.whole(one.path("count").asDouble()))
              : one.path("sentence").asText();
      doubts.add(
          Html.of(said + (examples.isEmpty() ? "" : " (" + String.join(", ", examples) + ")")));
    }
    page.list(doubts.isEmpty() ? List.of(words.html("doubts.none")) : doubts);
  }

  /** All of the registry, where there are several. */
  private void proofs(Blocks page, RegistryFacts facts) {
    if (facts.proofs().size() < 2) {
      return;
    }
    page.heading(2, "proofs", words.text("part.proofs"));
    List<List<Html>> rows = new ArrayList<>();
    for (ProofStory one : facts.proofs()) {
      Logged<ProofEnd> ended = one.end();
      rows.add(
          texts(
              String.valueOf(one.begun().seq()),
              words.moment(one.begun().happened()),
              one.start().first().name(),
              ended == null
                  ? words.text(
                      "verdict.running",
                      words.whole(one.stages().size()),
                      words.whole(one.start().stages().size()))
                  : proof.verdict(one.start(), ended.what())));
    }
    page.table(heads("entry", "when", "domain", "verdict"), rows, List.of());
  }

  private void method(Blocks page) {
    page.heading(2, "method", words.text("part.method"));
    page.list(
        List.of(
            words.html("method.looks"),
            words.html("method.test"),
            words.html("method.intervals"),
            words.html("method.payback"),
            words.html("method.labels"),
            words.html("method.log")));
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
