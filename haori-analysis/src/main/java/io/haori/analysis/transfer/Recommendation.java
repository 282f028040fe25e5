package io.haori.analysis.transfer;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What to do, in plain words: share one model, separate some domains, or leave all apart.
 *
 * @param choice in one word: {@link #SHARE}, {@link #SEPARATE} or {@link #APART}
 * @param shared domains that one model should learn together
 * @param separated domains that should have a model of their own
 * @param sentences the answer first, then why and how sure it is
 */
public record Recommendation(
    String choice, List<String> shared, List<String> separated, List<String> sentences) {
  /** One model for all. */
  public static final String SHARE = "share";

  /** One model for most, others have their own. */
  public static final String SEPARATE = "separate";

  /** A model for each. */
  public static final String APART = "apart";

  /** A gain in accuracy that some would care for. */
  private static final double SMALL_GAIN = 0.02;

  /** Copies the lists. */
  public Recommendation {
    shared = List.copyOf(shared);
    separated = List.copyOf(separated);
    sentences = List.copyOf(sentences);
  }

  /**
   * From models of each domain and one of all.
   *
   * @param analysis what sharing does to each domain
   * @param apart what a model for each costs
   * @param together what one model costs
   */
  public static Recommendation of(TransferAnalysis analysis, ModelCost apart, ModelCost together) {
    List<DomainTransfer> damaged =
        analysis.domains().stream().filter(d -> d.gain().estimate() < 0 && d.isSure()).toList();
    List<DomainTransfer> helped =
        analysis.domains().stream().filter(d -> d.gain().estimate() > 0 && d.isSure()).toList();
    List<String> lost = names(damaged);
    List<String> kept =
        analysis.domains().stream()
            .map(DomainTransfer::name)
            .filter(name -> !lost.contains(name))
            .toList();
    Interval mean = analysis.meanGain();
    boolean losses = analysis.measure() == Measure.LOSS;
    boolean none = damaged.isEmpty() && helped.isEmpty() && !mean.excludesZero();
    // With one or no domain left to share, or a loss overall, nothing speaks for a shared model.
    boolean allApart = kept.size() < 2 || (mean.high() < 0 && helped.isEmpty());
    List<String> sentences = new ArrayList<>();
    String choice = allApart ? APART : damaged.isEmpty() ? SHARE : SEPARATE;
    sentences.add(answer(choice, kept, lost, none, losses));
    sentences.add(
        (losses
                ? "Learning all domains together lowers the loss, in nats a token, by "
                : "Learning all domains together changes accuracy by ")
            + analysis.measure().withInterval(mean)
            + " on average over the domains"
            + (mean.excludesZero() ? "." : ", which may be chance."));
    if (none) {
      sentences.add(
          losses
              ? "No domain gains or loses more than chance would make it, so the loss speaks"
                  + " neither for nor against sharing; cost does."
              : "No domain gains or loses more than chance would make it, so accuracy speaks"
                  + " neither for nor against sharing; cost does.");
      if (!losses) {
        sentences.add(rowsToSee(analysis));
      }
    }
    helped.forEach(domain -> sentences.add(sentence(domain, analysis.measure(), true)));
    damaged.forEach(domain -> sentences.add(sentence(domain, analysis.measure(), false)));
    sentences.add(cost(apart, together));
    return allApart
        ? new Recommendation(APART, List.of(), names(analysis.domains()), sentences)
        : new Recommendation(choice, kept, lost, sentences);
  }

  private static String answer(
      String choice, List<String> kept, List<String> lost, boolean none, boolean losses) {
    return switch (choice) {
      case SHARE ->
          "Share: one model for all "
              + kept.size()
              + " domains"
              + (none ? ", as it costs less." : ".");
      case SEPARATE ->
          "Separate " + listed(lost) + "; let one model learn " + listed(kept) + " together.";
      default ->
          losses
              ? "Keep a model for each domain: learning together makes the loss larger."
              : "Keep a model for each domain: learning together costs accuracy.";
    };
  }

  private static String sentence(DomainTransfer domain, Measure measure, boolean gains) {
    return String.format(
        Locale.ROOT,
        (gains ? "%s gains %s" : "%s loses %s")
            + ": transfer %s, interference %s (corrected p %s).",
        domain.name(),
        measure.withInterval(domain.gain()),
        measure.figures().text(domain.transfer().estimate()),
        measure.figures().text(domain.interference().estimate()),
        Figures.pValue(domain.corrected()));
  }

  /** How many test rows a small gain would want, were it there. */
  private static String rowsToSee(TransferAnalysis analysis) {
    double differing =
        analysis.domains().stream()
            .mapToDouble(d -> d.counts().transfer() + d.counts().interference())
            .average()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "The models differ on %s of the samples: with that, a gain of %s would be seen four times"
            + " out of five with about %s test rows in a domain.",
        Figures.PERCENT.text(differing),
        Figures.PERCENT.difference(SMALL_GAIN),
        Figures.COUNT.text(
            TransferAnalysis.rowsToSee(SMALL_GAIN, Math.max(differing, SMALL_GAIN))));
  }

  private static String cost(ModelCost apart, ModelCost together) {
    return String.format(
        Locale.ROOT,
        "One model has %s trained numbers to store and keep up, %d models have %s.",
        Figures.COUNT.text(together.trained()),
        apart.models(),
        Figures.COUNT.text(apart.trained()));
  }

  /** Names in a row, with commas and a last "and". */
  public static String listed(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private static List<String> names(List<DomainTransfer> domains) {
    return domains.stream().map(DomainTransfer::name).toList();
  }
}
