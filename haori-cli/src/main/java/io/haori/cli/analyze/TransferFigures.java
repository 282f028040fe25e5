package io.haori.cli.analyze;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.transfer.DomainTransfer;
import io.haori.analysis.transfer.EffectMatrix;
import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.Recommendation;
import io.haori.analysis.transfer.TransferAnalysis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All figures of a transfer analysis.
 *
 * @param seeds pairs of runs that each figure is the mean of
 * @param analysis transfer and interference of each domain in the model of all
 * @param pairs what training with one domain does to another; null when it was left out
 * @param contributions what each domain does to the others in the model of all; null when left out
 * @param recommendation what to do
 */
record TransferFigures(
    int seeds,
    TransferAnalysis analysis,
    @Nullable EffectMatrix pairs,
    @Nullable EffectMatrix contributions,
    Recommendation recommendation) {
  /** The answer for a person, the most important sentence first. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>(recommendation.sentences());
    if (seeds == 1) {
      sentences.add("One seed does not show the spread over seeds; use --seeds 3 or more.");
    }
    if (pairs != null) {
      int sure = pairs.sureEffects();
      int all = pairs.names().size() * (pairs.names().size() - 1);
      String beginning =
          String.format(Locale.ROOT, "Of %d effects of one domain on another, ", all);
      sentences.add(
          pairs.reliability() == 0
              ? beginning
                  + sure
                  + " are more than chance, and their spread is no wider than chance makes it:"
                  + " there is nothing to group the domains by."
              : String.format(
                  Locale.ROOT,
                  "%s%d are more than chance; %.0f %% of their spread is not noise, by which the"
                      + " domains can be grouped: haori analyze groups.",
                  beginning,
                  sure,
                  100 * pairs.reliability()));
    }
    return sentences;
  }

  List<Map<String, Object>> domainsForJson() {
    List<Map<String, Object>> domains = new ArrayList<>();
    for (DomainTransfer domain : analysis.domains()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", domain.name());
      Measure measure = analysis.measure();
      one.put("independent", measure.shown(domain.shares().independent()));
      one.put("joint", measure.shown(domain.shares().joint()));
      one.put("transfer", domain.shares().transfer());
      one.put("interference", domain.shares().interference());
      one.put("gain", domain.gain().estimate());
      one.put("interval", ends(domain.gain()));
      one.put("transferInterval", ends(domain.transfer()));
      one.put("interferenceInterval", ends(domain.interference()));
      one.put("pValue", domain.pValue());
      one.put("corrected", domain.corrected());
      one.put("seedSpread", domain.seedSpread());
      one.put("counts", domain.counts());
      one.put("sure", domain.isSure());
      domains.add(one);
    }
    return domains;
  }

  Map<String, Object> recommendationForJson() {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("choice", recommendation.choice());
    one.put("shared", recommendation.shared());
    one.put("separated", recommendation.separated());
    one.put("sentences", sentences());
    return one;
  }

  static Map<String, Object> forJson(Interval interval) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("estimate", interval.estimate());
    one.put("interval", ends(interval));
    return one;
  }

  /** One entry an ordered pair; null for a matrix that was left out. */
  static @Nullable Map<String, Object> forJson(@Nullable EffectMatrix matrix) {
    if (matrix == null) {
      return null;
    }
    List<Map<String, Object>> cells = new ArrayList<>();
    for (int with = 0; with < matrix.names().size(); with++) {
      for (int on = 0; on < matrix.names().size(); on++) {
        EffectMatrix.Effect effect = matrix.cells().get(with).get(on);
        if (effect != null) {
          Map<String, Object> cell = new LinkedHashMap<>();
          cell.put("with", matrix.names().get(with));
          cell.put("on", matrix.names().get(on));
          cell.put("gain", effect.gain().estimate());
          cell.put("interval", ends(effect.gain()));
          cell.put("corrected", effect.corrected());
          cell.put("sure", effect.isSure());
          cells.add(cell);
        }
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("names", matrix.names());
    all.put("effects", cells);
    all.put("sureEffects", matrix.sureEffects());
    all.put("reliability", matrix.reliability());
    return all;
  }

  private static double[] ends(Interval interval) {
    return new double[] {interval.low(), interval.high()};
  }

  static String points(Measure measure, double gain) {
    return measure == Measure.ACCURACY
        ? String.format(Locale.ROOT, "%+.1f", 100 * gain)
        : String.format(Locale.ROOT, "%+.3f", gain);
  }
}
