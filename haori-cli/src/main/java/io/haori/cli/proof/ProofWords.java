package io.haori.cli.proof;

import io.haori.cli.proof.StageResult.Decision;
import io.haori.cli.wording.Words;
import io.haori.core.language.Language;
import io.haori.training.proof.Way;
import java.util.List;
import java.util.Locale;

/** What a proof of concept asks, finds and decides, in sentences. */
public final class ProofWords {
  private static final String BUNDLE = "io.haori.cli.proof.proof";

  private final Words words;

  /** In a language. */
  public ProofWords(Language language) {
    words = Words.of(BUNDLE, language);
  }

  /** Figures and all other sentences of these. */
  public Words words() {
    return words;
  }

  /** A way, for example {@code LoRA, rank 8}. */
  public String way(String name) {
    if (name.isEmpty()) {
      return words.text("way.separate");
    }
    if (name.equals(Way.FROZEN)) {
      return words.text("way.frozen");
    }
    int hyphen = name.lastIndexOf('-');
    boolean ranked = hyphen > 0 && name.substring(hyphen + 1).matches("[0-9]+");
    String method = ranked ? name.substring(0, hyphen) : name;
    String key = "method." + method;
    String shown = words.has(key) ? words.text(key) : method;
    return ranked ? words.text("way.ranked", shown, name.substring(hyphen + 1)) : shown;
  }

  /** What answers a domain, for example {@code LoRA, rank 8, one model for all}. */
  public String answeredBy(ProofEnd.DomainScore score) {
    return score.version().contains(ProofData.SHARED + "@")
        ? words.text("way.shared", way(score.way()))
        : way(score.way());
  }

  /** What a stage asks. */
  public String question(StagePlan stage) {
    String bound = words.number(100 * stage.bound(), 1);
    String ways =
        stage.candidates().stream()
            .map(this::way)
            .reduce((before, next) -> words.text("way.list", before, next))
            .orElse("");
    String margin = words.number(100 * stage.margin(), 1);
    return words.text("question." + stage.kind().word(), stage.domain(), ways, bound, margin);
  }

  /** A stage's name. */
  public String kind(StageKind kind) {
    return words.text("kind." + kind.word());
  }

  /** What was decided. */
  public String decision(Decision decision) {
    return words.text("decision." + decision.name().toLowerCase(Locale.ROOT));
  }

  /** A gain with its ends, in points. */
  public String gain(TrialResult trial) {
    return words.text(
        "gain", words.points(trial.gain()), words.points(trial.low()), words.points(trial.high()));
  }

  /** What one comparison found. */
  public String trial(TrialResult trial) {
    return words.text(
        "trial",
        way(trial.candidate()),
        way(trial.before()),
        gain(trial),
        words.whole(trial.rows()),
        words.whole(trial.gained()),
        words.whole(trial.lost()),
        words.text(
            "outcome." + trial.outcome().name().toLowerCase(Locale.ROOT),
            words.points(trial.bound())));
  }

  /** Why a stage was decided as it was. */
  public String reason(
      StagePlan stage, Decision decision, String choice, List<TrialResult> trials) {
    StringBuilder reason = new StringBuilder();
    trials.forEach(trial -> reason.append(trial(trial)).append(words.text("space")));
    String key =
        decision == Decision.PASSED
            ? stage.kind() == StageKind.SHARE ? "reason.shared" : "reason.passed"
            : "reason." + decision.name().toLowerCase(Locale.ROOT);
    return reason
        .append(words.text(key, way(choice), words.duration(stage.budgetSeconds())))
        .toString();
  }

  /** The first line: what follows from everything. */
  public String verdict(ProofStart start, ProofEnd end) {
    String months = "";
    String within = "";
    if (end.payback().isObject()) {
      months = months(end);
      within = words.percent(end.payback().path("within").asDouble());
    }
    ProofEnd.DomainScore first = end.domains().get(0);
    double gain = (double) (first.right() - first.frozenRight()) / first.rows();
    return words.text(
        "verdict." + end.verdict() + "." + end.because() + (isPriced(end) ? ".priced" : ""),
        answeredBy(first),
        words.points(gain),
        months,
        within);
  }

  private static boolean isPriced(ProofEnd end) {
    return end.because().equals("no-gain") && end.payback().isObject();
  }

  private String months(ProofEnd end) {
    return words.text(
        "months",
        never(end, "/months/median"),
        never(end, "/months/low"),
        never(end, "/months/high"));
  }

  private String never(ProofEnd end, String place) {
    return end.payback().at(place).isNumber()
        ? words.number(end.payback().at(place).asDouble())
        : words.text("never");
  }
}
