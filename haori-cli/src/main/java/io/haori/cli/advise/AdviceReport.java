package io.haori.cli.advise;

import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.CurveChart.Curve;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Page;
import io.haori.analysis.report.PageImage;
import io.haori.cli.session.DataNotes;
import io.haori.core.language.Catalogue;
import io.haori.training.choice.HeldOutProbe.Share;
import io.haori.training.choice.LabelForecast.Forecast;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The page of an advice: one HTML file that needs no other, for somebody who decides.
 *
 * @param data as the user named it
 * @param base name of the frozen model
 * @param wrong pictures that were answered wrong; none for texts
 */
record AdviceReport(Path data, String base, List<PageImage> wrong) {
  /** Name of the file in the folder of {@code --out}. */
  static final String FILE = "plan.html";

  String html(Advice advice, Catalogue words) {
    Advice.Money money = advice.money();
    Page page = new Page("Is it worth it? " + data.getFileName(), words);
    if (money != null) {
      page.answer(AdviceWords.verdict(money.payback(), money.costs()));
    }
    page.answer(AdviceWords.accuracy(advice.probe()));
    if (money != null) {
      page.heading("What it saves")
          .paragraph(AdviceWords.handOver(advice, money.handOver()))
          .table(AdviceTables.money(money.payback(), money.costs()))
          .paragraph(
              "Low and high: 10 % of all cases are below and above. All that is uncertain was drawn"
                  + " many times: prices and volume from the ranges that were given, the share of"
                  + " right answers from the rows that were held out.")
          .heading("What could change the answer")
          .table(AdviceTables.matters(money.payback()));
    }
    page.heading("What more labels would give")
        .chart(curve(advice))
        .table(AdviceTables.curve(advice))
        .heading("Where it is wrong")
        .table(AdviceTables.labels(advice))
        .images(wrong);
    List<String> doubts =
        advice.summary().warnings().stream()
            .map(DataNotes::sentence)
            .map(one -> one + ".")
            .toList();
    if (!doubts.isEmpty()) {
      page.heading("What is doubtful about the rows").list(doubts);
    }
    page.heading("What is there").table(AdviceTables.ground(advice));
    if (!advice.ground().corpora().isEmpty()) {
      page.heading("Texts without labels")
          .table(AdviceTables.corpora(advice))
          .paragraph(AdviceWords.corpora());
    }
    page.heading("What each method takes on this machine")
        .table(AdviceTables.estimates(advice))
        .paragraph(AdviceWords.estimates());
    List<String> refused = AdviceWords.refused(advice.ground().estimates());
    if (!refused.isEmpty()) {
      page.list(refused);
    }
    if (!advice.nearest().isEmpty()) {
      page.heading("Modules of the registry that are nearest").table(AdviceTables.nearest(advice));
    }
    page.heading("What next")
        .command(AdviceWords.command(data, advice))
        .paragraph(AdviceWords.rule(advice))
        .paragraph(
            "%s The base is %s; a trained module is usually better than this classifier on it, which"
                    .formatted(AdviceWords.reason(advice.first()), base)
                + " this page does not count on.");
    List<String> ofPictures = AdviceWords.ofPictures(advice);
    return (ofPictures.isEmpty() ? page : page.list(ofPictures)).html();
  }

  private static CurveChart curve(Advice advice) {
    List<Share> shares = advice.probe().shares();
    List<Forecast> forecasts = advice.forecasts();
    double[] seen = shares.stream().mapToDouble(Share::learnt).toArray();
    double[] then =
        forecasts.stream()
            .mapToDouble(one -> (double) advice.probe().rows() + one.more())
            .toArray();
    return new CurveChart(
        "Right answers by number of labels",
        "Measured on rows that were held out, and what is expected of more labels; four times in"
            + " five the truth lies between low and high.",
        Axis.logarithmic("labels", Figures.COUNT),
        Axis.linear("right answers", Figures.PERCENT),
        List.of(
            new Curve("measured so far", seen, values(shares, Share::accuracy), null),
            new Curve("expected of more", then, values(forecasts, Forecast::accuracy), null),
            new Curve("low end", then, values(forecasts, Forecast::low), null),
            new Curve("high end", then, values(forecasts, Forecast::high), null)));
  }

  private static <T> double[] values(List<T> all, ToDoubleFunction<T> value) {
    DoubleStream values = all.stream().mapToDouble(value);
    return values.toArray();
  }
}
