package io.haori.cli.analyze;

import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.GroupChart;
import io.haori.analysis.report.IntervalChart;
import io.haori.analysis.report.Page;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.transfer.DomainTransfer;
import io.haori.analysis.transfer.Grouping;
import io.haori.analysis.transfer.Measure;
import io.haori.cli.session.MethodText;
import io.haori.core.language.Catalogue;
import io.haori.training.data.Split;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.study.TransferStudy;
import java.util.ArrayList;
import java.util.List;

/**
 * The page that an analysis of groups writes.
 *
 * @param study whose models are done
 * @param settings of all models
 * @param base as the user named it
 * @param figures the result
 * @param carryOut the command that trains the groups for use
 */
record GroupReport(
    TransferStudy study,
    DomainSetSettings settings,
    String base,
    GroupFigures figures,
    String carryOut) {
  String html(Catalogue words) {
    Page page =
        new Page("Which of " + figures.names().size() + " domains should share a model", words);
    figures.sentences().forEach(page::answer);
    page.command("./" + carryOut);
    page.heading("The groups").chart(graph()).table(groups());
    page.heading("Alone, all together, in groups").chart(gains()).table(accuracies());
    page.heading("More or fewer models").chart(byCount()).table(partitions());
    page.heading("How this was measured")
        .list(
            List.of(
                "Effects of one domain on another, and of leaving one out, were measured on the"
                    + " validation rows and drawn towards 0 by how much of their spread is noise."
                    + " The partition was chosen by these; its scores are measured on the test"
                    + " rows, which had no say.",
                "A domain's expected gain in a group lies between the mean effect of its companions"
                    + " alone and its gain in the model of all less what the missing domains"
                    + " contribute; the more of the domains the group has, the more the latter"
                    + " counts.",
                "95 % intervals: bootstrap over samples and seeds, seeds paired."));
    page.heading("What was run")
        .table(
            new Grid(
                List.of("what", "which"),
                List.of(
                    List.of("base", base),
                    List.of("method", MethodText.named(settings.tune().method())),
                    List.of("weighting", settings.weighting().word()),
                    List.of("heads", settings.heads().word()),
                    List.of("seeds", study.seeds().toString()),
                    List.of("models trained", String.valueOf(study.wanted().size()))),
                true));
    return page.html();
  }

  private boolean losses() {
    return study.measure() == Measure.LOSS;
  }

  private GroupChart graph() {
    List<GroupChart.Line> lines = new ArrayList<>();
    double widest = 1e-9;
    int size = figures.names().size();
    double[][] both = new double[size][size];
    for (int one = 0; one < size; one++) {
      for (int other = one + 1; other < size; other++) {
        both[one][other] = (gain(one, other) + gain(other, one)) / 2;
        widest = Math.max(widest, Math.abs(both[one][other]));
      }
    }
    for (int one = 0; one < size; one++) {
      for (int other = one + 1; other < size; other++) {
        String tip =
            figures.names().get(one)
                + " and "
                + figures.names().get(other)
                + ": "
                + study.measure().figures().difference(both[one][other])
                + " for each other, on the validation rows";
        lines.add(new GroupChart.Line(one, other, both[one][other] / widest, tip));
      }
    }
    return new GroupChart(
        "Groups",
        "A colour is a model. Blue lines: two domains help each other, red: they hurt each other;"
            + " the wider the more, as pairs, on the validation rows.",
        figures.names(),
        figures.proposed().groups(),
        lines);
  }

  private double gain(int with, int on) {
    return study.compare(Split.VALIDATION, on, List.of(on), List.of(on, with)).shares().gain();
  }

  private Grid groups() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < figures.groupNames().size(); i++) {
      rows.add(List.of(String.valueOf(i + 1), String.join(", ", figures.groupNames().get(i))));
    }
    return new Grid(List.of("model", "domains"), rows);
  }

  private IntervalChart gains() {
    List<Interval> alone = new ArrayList<>();
    List<Interval> joint = new ArrayList<>();
    figures.overAlone().domains().forEach(one -> alone.add(one.gain()));
    figures.overJoint().domains().forEach(one -> joint.add(one.gain()));
    return new IntervalChart(
        "What the groups gain",
        losses()
            ? "How much smaller the loss of the groups' models is on the test rows than that of a"
                + " model for each domain, and of one model of all, with 95 % intervals."
            : "Accuracy of the groups' models on the test rows less that of a model for each"
                + " domain, and less that of one model of all, with 95 % intervals.",
        losses() ? "fall of the loss" : "gain in accuracy",
        study.measure().figures(),
        figures.names(),
        List.of(
            new IntervalChart.Series("over a model for each", List.copyOf(alone), List.of()),
            new IntervalChart.Series("over one model of all", List.copyOf(joint), List.of())),
        false);
  }

  private Grid accuracies() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < figures.names().size(); i++) {
      DomainTransfer alone = figures.overAlone().domains().get(i);
      DomainTransfer joint = figures.overJoint().domains().get(i);
      rows.add(
          List.of(
              alone.name(),
              study.measure().text(alone.shares().independent()),
              study.measure().text(joint.shares().independent()),
              study.measure().text(alone.shares().joint()),
              study.measure().figures().difference(alone.gain().estimate()),
              Figures.pValue(alone.corrected()),
              study.measure().figures().difference(joint.gain().estimate()),
              Figures.pValue(joint.corrected())));
    }
    return new Grid(
        List.of(
            "domain",
            "alone",
            "all together",
            "in groups",
            "over alone",
            "corrected p",
            "over all",
            "corrected p"),
        rows);
  }

  private CurveChart byCount() {
    int size = figures.bests().size();
    double[] x = new double[size];
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = i + 1;
      y[i] = figures.bests().get(i).expectedGain();
    }
    return new CurveChart(
        "Expected gain by number of models",
        losses()
            ? "Mean over domains of the fall of the loss below that of a model for each that the"
                + " best partition is expected to have; marked: the one that was trained."
            : "Mean over domains of the gain in accuracy over a model for each that the best"
                + " partition is expected to have; marked: the one that was trained.",
        Axis.linear("models", Figures.COUNT),
        Axis.linear("expected gain", study.measure().figures()),
        List.of(
            new CurveChart.Curve("best partition", x, y, figures.proposed().groups().size() - 1)));
  }

  private Grid partitions() {
    List<List<String>> rows = new ArrayList<>();
    for (Grouping best : figures.bests()) {
      rows.add(
          List.of(
              String.valueOf(best.groups().size()),
              study.measure().figures().difference(best.expectedGain()),
              String.join(
                  "; ",
                  best.groups().stream().map(g -> String.join(", ", figures.names(g))).toList())));
    }
    return new Grid(List.of("models", "expected gain", "domains"), rows);
  }
}
