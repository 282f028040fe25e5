package io.haori.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.proof.ProofEnd;
import io.haori.cli.proof.ProofEnd.DomainScore;
import io.haori.cli.proof.ProofEnd.LabelScore;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.ProofWords;
import io.haori.cli.proof.StageKind;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.cli.wording.Html;
import io.haori.cli.wording.Words;
import io.haori.registry.VersionView;
import io.haori.registry.version.State;
import io.haori.training.proof.Way;
import java.util.ArrayList;
import java.util.List;

/** The first page: six questions of somebody who decides, answered with links to the rest. */
final class ManagerPage {
  private static final int MOST_ITEMS = 6;
  private static final double LINE_OVER_LIMIT = 1.5;

  private final Subject subject;
  private final Words words;
  private final ProofWords proof;

  ManagerPage(Subject subject, Words words, ProofWords proof) {
    this.subject = subject;
    this.words = words;
    this.proof = proof;
  }

  String code() {
    Blocks left = new Blocks();
    tried(left.question(words.text("question.tried")));
    gains(left.question(words.text("question.gains")));
    sure(left.question(words.text("question.sure")));
    Blocks right = new Blocks();
    costs(right.question(words.text("question.costs")));
    next(right.question(words.text("question.next")));
    wrong(right.question(words.text("question.wrong")));
    String place = subject.facts() == null ? "" : " · " + subject.facts().place();
    return new Blocks()
        .raw("<p class=\"sub\">" + Html.of(words.day(subject.read()) + place).code() + "</p>")
        .raw(
            "<div class=\"verdict "
                + subject.verdict()
                + "\">"
                + Html.of(verdict()).code()
                + "</div>")
        .raw("<table class=\"columns\"><tr><td class=\"half\">")
        .raw(left.code())
        .raw("</td><td class=\"half right\">")
        .raw(right.code())
        .raw("</td></tr></table>")
        .code();
  }

  /** The first line. */
  String verdict() {
    ProofStory story = subject.story();
    ProofEnd end = subject.end();
    if (story != null && end != null) {
      return proof.verdict(story.start(), end);
    }
    if (story != null) {
      return words.text(
          "verdict.running",
          words.whole(story.stages().size()),
          words.whole(story.start().stages().size()));
    }
    if (subject.plan().isMissingNode()) {
      return words.text("verdict.registry");
    }
    JsonNode payback = subject.payback();
    if (!payback.isObject()) {
      return words.text(
          "verdict.unpriced", words.percent(subject.plan().at("/accuracy/estimate").asDouble()));
    }
    return words.text(
        "verdict.plan." + subject.verdict(),
        months(payback, "median"),
        months(payback, "low"),
        months(payback, "high"),
        words.percent(payback.path("within").asDouble()));
  }

  private String months(JsonNode payback, String which) {
    JsonNode months = payback.path("months").path(which);
    return months.isNumber() ? words.number(months.asDouble()) : words.text("never");
  }

  /** Without a place where it has none. */
  private String months(double value) {
    return value == Math.rint(value) ? words.whole(value) : words.number(value);
  }

  private void tried(Blocks page) {
    List<Html> items = new ArrayList<>();
    JsonNode plan = subject.plan();
    if (!plan.isMissingNode()) {
      items.add(
          words.html(
              "tried.rows",
              Html.link(words.whole(plan.path("rows").asDouble()), "curve"),
              subject.name(),
              plan.path("base").asText()));
    }
    ProofStory story = subject.story();
    if (story != null) {
      int skipped = 0;
      for (StagePlan stage : story.start().stages()) {
        StageResult result = story.result(stage.number());
        if (result == null && subject.end() != null) {
          skipped++;
          continue;
        }
        items.add(
            words.html(
                "tried.stage",
                Html.link(
                    stage.number() + " " + proof.kind(stage.kind()), "stage-" + stage.number()),
                stage.kind() == StageKind.SHARE ? words.text("tried.all") : stage.domain(),
                result == null ? words.text("tried.open") : proof.decision(result.decision())));
      }
      if (skipped > 0) {
        items.add(words.html("tried.skipped", Html.link(words.whole(skipped), "stages")));
      }
    } else if (subject.facts() != null) {
      modules(items, subject.facts());
    }
    page.list(items.size() > MOST_ITEMS + 2 ? items.subList(0, MOST_ITEMS + 2) : items);
  }

  private void modules(List<Html> items, RegistryFacts facts) {
    List<VersionView> used =
        facts.versions().stream()
            .filter(one -> one.status().state() != State.RETIRED)
            .filter(one -> !facts.evaluations(one).isEmpty())
            .toList();
    for (VersionView version : used.subList(Math.max(0, used.size() - MOST_ITEMS), used.size())) {
      String id = version.version().id().toString();
      items.add(
          words.html(
              "tried.module",
              Html.link(id, "version-" + id),
              version.version().origin().method(),
              words.text("state." + version.status().state().word())));
    }
  }

  private void gains(Blocks page) {
    ProofEnd end = subject.end();
    if (end != null) {
      page.figure(Figures.bars(bars(end)));
      page.small(words.html("gains.caption"));
      return;
    }
    if (subject.facts() != null && subject.story() == null) {
      page.figure(Figures.bars(evaluated(subject.facts())));
      page.small(words.html("gains.registry"));
      return;
    }
    JsonNode accuracy = subject.plan().path("accuracy");
    page.figure(
        Figures.bars(
            List.of(
                new Figures.Bar(
                    Html.of(proof.way(Way.FROZEN)),
                    accuracy.path("estimate").asDouble(),
                    accuracy.path("low").asDouble(),
                    accuracy.path("high").asDouble(),
                    Html.link(words.finePercent(accuracy.path("estimate").asDouble()), "curve"),
                    true))));
    page.small(words.html("gains.before"));
  }

  /** Two bars a domain, of which the first has its name; the caption says which is which. */
  private List<Figures.Bar> bars(ProofEnd end) {
    List<Figures.Bar> bars = new ArrayList<>();
    for (DomainScore one : end.domains().subList(0, Math.min(MOST_ITEMS, end.domains().size()))) {
      String place = "domain-" + one.name();
      bars.add(bar(one.name(), one.frozenRight(), one, place, false));
      if (!one.way().equals(Way.FROZEN)) {
        bars.add(bar("", one.right(), one, place, true));
      }
    }
    return bars;
  }

  private Figures.Bar bar(String name, int right, DomainScore score, String place, boolean strong) {
    Interval interval = WilsonInterval.of(right, score.rows());
    return new Figures.Bar(
        Html.of(name),
        interval.estimate(),
        interval.low(),
        interval.high(),
        Html.link(words.finePercent(interval.estimate()), place),
        strong);
  }

  private List<Figures.Bar> evaluated(RegistryFacts facts) {
    List<Figures.Bar> bars = new ArrayList<>();
    for (VersionView version : facts.versions()) {
      String id = version.version().id().toString();
      var all = facts.evaluations(version);
      Double accuracy =
          all.isEmpty() ? null : all.get(all.size() - 1).evaluation().scores().get("accuracy");
      if (accuracy != null && version.status().state() != State.RETIRED) {
        bars.add(
            new Figures.Bar(
                Html.of(id + " · " + all.get(all.size() - 1).evaluation().dataName()),
                accuracy,
                1,
                0,
                Html.link(words.finePercent(accuracy), "version-" + id),
                !version.live().isEmpty()));
      }
    }
    return bars.subList(Math.max(0, bars.size() - 2 * MOST_ITEMS), bars.size());
  }

  private void sure(Blocks page) {
    List<Html> items = new ArrayList<>();
    ProofEnd end = subject.end();
    ProofStory story = subject.story();
    if (end != null && story != null) {
      DomainScore first = end.domains().get(0);
      if (!first.way().equals(Way.FROZEN)) {
        items.add(
            words.html(
                "sure.gain",
                Html.link(
                    words.points((double) (first.right() - first.frozenRight()) / first.rows()),
                    "domain-" + first.name()),
                words.points(first.gainLow()),
                words.points(first.gainHigh()),
                words.whole(first.rows())));
      } else {
        items.add(words.html("sure.rows", words.whole(first.rows())));
      }
      StagePlan one = story.start().stages().get(0);
      items.add(
          words.html(
              "sure.stages",
              Html.link(words.percent(one.alpha()), "method"),
              words.number(100 * one.bound())));
    } else if (!subject.plan().isMissingNode()) {
      JsonNode accuracy = subject.plan().path("accuracy");
      items.add(
          words.html(
              "sure.plan",
              words.percent(accuracy.path("low").asDouble()),
              words.percent(accuracy.path("high").asDouble()),
              Html.link(words.whole(subject.plan().path("heldOut").asDouble()), "curve")));
    } else {
      items.add(words.html("sure.registry"));
    }
    if (subject.payback().isObject()) {
      items.add(
          words.html(
              "sure.payback",
              Html.link(words.percent(subject.payback().path("within").asDouble()), "money"),
              months(subject.costs().at("/withinMonths/likely").asDouble())));
    }
    page.list(items);
  }

  private void costs(Blocks page) {
    JsonNode payback = subject.payback();
    List<Html> items = new ArrayList<>();
    if (payback.isObject()) {
      String currency = subject.costs().path("currency").asText();
      items.add(amount("costs.today", payback.path("todayMonthly"), currency));
      items.add(amount("costs.once", payback.path("once"), currency));
      items.add(amount("costs.monthly", payback.path("monthly"), currency));
      boolean pays = payback.at("/months/median").isNumber();
      items.add(
          pays
              ? words.html(
                  "costs.months",
                  Html.link(months(payback, "median"), "money"),
                  months(payback, "low"),
                  months(payback, "high"))
              : words.html("costs.never"));
      page.list(items);
      if (pays) {
        months(page, payback.path("months"));
      }
    } else {
      page.list(List.of(words.html("costs.none")));
    }
    ProofEnd ended = subject.end();
    if (ended != null) {
      page.list(
          List.of(
              words.html("costs.machine", Html.link(words.duration(ended.seconds()), "stage-1"))));
    }
  }

  /** When it has paid for itself, on a line on which the limit is marked. */
  private void months(Blocks page, JsonNode months) {
    double limit = subject.costs().at("/withinMonths/likely").asDouble();
    double end = LINE_OVER_LIMIT * limit;
    page.figure(
        Figures.range(
            months.path("low").asDouble(end),
            months.path("median").asDouble(2 * end),
            months.path("high").asDouble(2 * end),
            limit,
            end,
            List.of(
                words.text("months.zero"),
                words.text("months.limit", months(limit)),
                words.text("months.end", months(end)))));
  }

  private Html amount(String key, JsonNode spread, String currency) {
    return words.html(
        key,
        Html.link(words.whole(spread.path("median").asDouble()), "money"),
        words.whole(spread.path("low").asDouble()),
        words.whole(spread.path("high").asDouble()),
        currency);
  }

  private void next(Blocks page) {
    List<Html> items = new ArrayList<>();
    ProofStory story = subject.story();
    ProofEnd end = subject.end();
    if (story != null && end == null) {
      StagePlan open = story.next();
      items.add(
          open == null
              ? words.html("next.finish")
              : words.html(
                  "next.stage",
                  Html.link(
                      open.number() + " " + proof.kind(open.kind()), "stage-" + open.number()),
                  words.duration(open.estimatedSeconds())));
    } else if (end != null) {
      DomainScore first = end.domains().get(0);
      items.add(
          switch (subject.verdict()) {
            case "go-on" ->
                first.version().isEmpty()
                    ? words.html("next.go-on.frozen")
                    : words.html(
                        "next.go-on", Html.link(first.version(), "version-" + first.version()));
            case "stop" -> words.html("next.stop");
            default -> words.html("next.not-known");
          });
    } else if (subject.plan().isMissingNode()) {
      items.add(words.html("next.registry"));
    } else {
      items.add(words.html(subject.verdict().equals("stop") ? "next.stop" : "next.start"));
    }
    JsonNode matters = subject.payback().path("sensitivities").path(0);
    if (matters.isObject() && !subject.verdict().equals("go-on")) {
      items.add(
          words.html("next.matters", Html.link(setting(matters.path("name").asText()), "matters")));
    }
    JsonNode forecast = forecast();
    if (forecast.isObject()) {
      items.add(
          words.html(
              "next.labels",
              words.whole(forecast.path("more").asDouble()),
              Html.link(words.points(forecast.path("gain").asDouble()), "curve"),
              words.points(forecast.path("gainLow").asDouble()),
              words.points(forecast.path("gainHigh").asDouble())));
    }
    page.list(items);
  }

  /** That of a hundred labels, else the first. */
  private JsonNode forecast() {
    for (JsonNode one : subject.plan().path("forecasts")) {
      if (one.path("more").asInt() == 100) {
        return one;
      }
    }
    return subject.plan().path("forecasts").path(0);
  }

  private String setting(String name) {
    String key = "setting." + name;
    return words.has(key) ? words.text(key) : name;
  }

  private void wrong(Blocks page) {
    List<Html> items = new ArrayList<>();
    ProofEnd end = subject.end();
    if (end != null) {
      for (LabelScore label : end.labels().subList(0, Math.min(2, end.labels().size()))) {
        if (label.right() < label.rows()) {
          items.add(
              words.html(
                  label.takenFor().isEmpty() ? "wrong.label" : "wrong.label.taken",
                  Html.link(label.name(), "labels"),
                  words.whole(label.rows() - label.right()),
                  words.whole(label.rows()),
                  label.takenFor()));
        }
      }
      if (end.threshold() > 0) {
        items.add(
            words.html(
                "wrong.person",
                Html.link(words.number(Math.min(1, end.threshold()), 2), "labels"),
                words.percent(end.toPerson())));
      }
      if (end.rollbackMillis() > 0) {
        items.add(
            words.html("wrong.rollback", Html.link(words.number(end.rollbackMillis()), "risks")));
      }
    }
    for (JsonNode doubt : subject.plan().path("warnings")) {
      if (items.size() < MOST_ITEMS) {
        items.add(
            words.html(
                "wrong.data",
                Html.link(words.text("wrong.doubt." + kind(doubt)), "doubts"),
                words.whole(doubt.path("count").asDouble())));
      }
    }
    items.add(licences());
    page.list(items);
  }

  private String kind(JsonNode doubt) {
    String kind = doubt.path("kind").asText();
    return words.has("wrong.doubt." + kind) ? kind : "other";
  }

  private Html licences() {
    JsonNode licences = subject.costs().path("licences");
    return licences.isObject() && !licences.isEmpty()
        ? words.html("wrong.licences", Html.link(words.text("licences"), "risks"))
        : words.html("wrong.licences.none");
  }
}
