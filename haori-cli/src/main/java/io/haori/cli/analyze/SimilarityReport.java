package io.haori.cli.analyze;

import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.HeatMap;
import io.haori.analysis.report.Page;
import io.haori.analysis.transfer.Predictor;
import io.haori.cli.terminal.Table;
import io.haori.core.language.Catalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis of similarity shows: a table, an answer, a page, and the pairs as CSV.
 *
 * @param names of the domains
 * @param predictors what each says of every pair
 * @param gains {@code [trained with][effect on]} as measured; null when it was not
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record SimilarityReport(
    List<String> names, List<Predictor> predictors, double @Nullable [][] gains) {
  /** One row a predictor. */
  Table table() {
    Table table = new Table("predictor", "seconds", "rank correlation");
    for (Predictor one : predictors) {
      String correlation =
          gains == null ? "" : String.format(Locale.ROOT, "%.2f", one.correlation(gains));
      table.row(one.name(), String.format(Locale.ROOT, "%.1f", one.seconds()), correlation);
    }
    return table;
  }

  /** One object a predictor. */
  List<Map<String, @Nullable Object>> forJson() {
    List<Map<String, @Nullable Object>> json = new ArrayList<>();
    for (Predictor one : predictors) {
      Map<String, @Nullable Object> entry = new LinkedHashMap<>();
      entry.put("name", one.name());
      entry.put("seconds", one.seconds());
      entry.put("similarity", one.similarity());
      entry.put("correlation", gains == null ? null : one.correlation(gains));
      json.add(entry);
    }
    return json;
  }

  /** One line an ordered pair of domains: what each predictor says, and what was measured. */
  String csv() {
    StringBuilder text = new StringBuilder();
    List<Object> header = new ArrayList<>(List.of("with", "on"));
    predictors.forEach(one -> header.add(one.name()));
    if (gains != null) {
      header.add("measured gain");
    }
    text.append(CSVFormat.RFC4180.format(header.toArray())).append('\n');
    for (int with = 0; with < names.size(); with++) {
      for (int on = 0; on < names.size(); on++) {
        if (with == on) {
          continue;
        }
        List<Object> cells = new ArrayList<>(List.of(names.get(with), names.get(on)));
        for (Predictor one : predictors) {
          cells.add(one.similarity()[with][on]);
        }
        if (gains != null) {
          cells.add(gains[with][on]);
        }
        text.append(CSVFormat.RFC4180.format(cells.toArray())).append('\n');
      }
    }
    return text.toString();
  }

  /** Which predictor is enough. */
  String advice() {
    if (gains == null) {
      return "How well these predict is not known yet: measure it once with analyze transfer, then"
          + " --measured.";
    }
    return Predictor.cheapest(predictors, gains)
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "Next time %s is enough: %s, rank correlation %.2f with what was measured.",
                    best.name(),
                    Figures.SECONDS.text(best.seconds()),
                    best.correlation(gains)))
        .orElse(
            String.format(
                Locale.ROOT,
                "None of these predicts well here: no rank correlation with what was measured"
                    + " reaches %.1f. Measure instead.",
                Predictor.WELL));
  }

  /** The page. */
  String html(Catalogue words) {
    Page page = new Page("How alike " + names.size() + " domains are", words).answer(advice());
    List<List<String>> rows = new ArrayList<>();
    for (Predictor one : predictors) {
      rows.add(
          List.of(
              one.name(),
              Figures.SECONDS.text(one.seconds()),
              gains == null ? "–" : Figures.PLAIN.text(one.correlation(gains))));
    }
    page.table(new Grid(List.of("predictor", "time", "rank correlation with measured"), rows));
    boolean[][] unmarked = new boolean[names.size()][names.size()];
    for (Predictor one : predictors) {
      double[][] values = new double[names.size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = one.similarity()[i].clone();
        values[i][i] = Double.NaN;
      }
      page.heading(one.name())
          .chart(
              new HeatMap(
                  one.name(),
                  "More is more alike; distances have their sign turned.",
                  "domain",
                  "domain",
                  Figures.PLAIN,
                  names,
                  names,
                  values,
                  unmarked));
    }
    return page.html();
  }
}
