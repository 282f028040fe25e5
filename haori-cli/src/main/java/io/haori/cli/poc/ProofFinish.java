package io.haori.cli.poc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.HeldOutAnswers;
import io.haori.analysis.payback.Payback;
import io.haori.analysis.payback.PaybackSimulation;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.proof.PlanFile;
import io.haori.cli.proof.ProofEnd;
import io.haori.cli.proof.ProofEnd.DomainScore;
import io.haori.cli.proof.ProofEnd.LabelScore;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.StageKind;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegisterOptions;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.observe.ObservedRows;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.proof.ProofFits;
import io.haori.training.proof.Way;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The end of a proof of concept: the test rows are looked at, once, and what follows is said. */
final class ProofFinish {
  private static final LiveTarget DRILL = new LiveTarget("poc-drill");
  private static final double NANOS_OF_MILLISECOND = 1e6;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ProofStory story;
  private final StageRows rows;
  private final ProofFits fits;
  private final StageModules modules;
  private final TextBase base;
  private final DType precision;

  ProofFinish(
      ProofStory story,
      StageRows rows,
      ProofFits fits,
      StageModules modules,
      TextBase base,
      DType precision) {
    this.story = story;
    this.rows = rows;
    this.fits = fits;
    this.modules = modules;
    this.base = base;
    this.precision = precision;
  }

  /**
   * What was answered to a domain's test rows.
   *
   * @param way that answered
   * @param version of the module; empty for the frozen base
   * @param chosen answers of that way
   * @param frozen whether the classifier on the frozen base was right
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Tested(String way, String version, Predictions chosen, boolean[] frozen) {}

  /** Looks at the test rows; nothing when the user stopped it. */
  Optional<ProofEnd> run() {
    List<DomainScore> domains = new ArrayList<>();
    Tested first = null;
    for (String domain : reached()) {
      Optional<Tested> tested = test(domain);
      if (tested.isEmpty()) {
        return Optional.empty();
      }
      first = first == null ? tested.get() : first;
      domains.add(score(domain, tested.get()));
    }
    return first == null ? Optional.empty() : Optional.of(end(first, domains));
  }

  private ProofEnd end(Tested first, List<DomainScore> domains) {
    HeldOutAnswers answers = answers(first.chosen());
    Costs costs = PlanFile.costs(story.start().plan()).orElse(null);
    HandOver handOver = costs == null ? null : HandOver.of(answers, costs);
    Payback payback =
        costs == null || handOver == null
            ? null
            : new PaybackSimulation(
                    answers, handOver, costs, PaybackSimulation.DEFAULT_DRAWS, story.start().seed())
                .run();
    boolean module = !first.way().equals(Way.FROZEN);
    int count = answers.labels().size();
    int[][] confusion = new int[count][count];
    for (int row = 0; row < answers.rows(); row++) {
      confusion[answers.truth()[row]][answers.answers()[row]]++;
    }
    String verdict = payback == null ? module ? "go-on" : "stop" : payback.verdict().word();
    JsonNode paid = payback == null ? JSON.nullNode() : JSON.valueToTree(payback.byName());
    return new ProofEnd(
        story.begun().seq(),
        verdict,
        because(verdict, module, payback != null),
        domains,
        labels(answers, handOver, confusion),
        handOver == null ? 0 : handOver.threshold(),
        handOver == null ? 0 : handOver.share(),
        paid,
        answers.labels(),
        confusion,
        drill(domains),
        story.stages().stream().mapToDouble(one -> one.what().seconds()).sum());
  }

  private static String because(String verdict, boolean module, boolean priced) {
    if (module) {
      return priced ? "payback" : "module";
    }
    return verdict.equals("stop") ? "no-gain" : "frozen";
  }

  /** The domains that a stage was about. */
  private List<String> reached() {
    return rows.all()
        .subList(0, story.isDecided() && story.stages().size() == 1 ? 1 : rows.all().size());
  }

  private Optional<Tested> test(String domain) {
    Dataset data = rows.data(domain);
    List<Predictions> frozen = new ArrayList<>();
    if (fits.fit(
            rows.way(Way.FROZEN),
            data,
            tuned -> frozen.add(Predictions.of(tuned.model(), data.test())))
        .isEmpty()) {
      return Optional.empty();
    }
    boolean[] right = frozen.get(0).right();
    Optional<Kept> kept = kept(domain);
    if (kept.isEmpty()) {
      return Optional.of(new Tested(Way.FROZEN, "", frozen.get(0), right));
    }
    VersionId id = kept.get().version();
    try (CheckedOut files = CheckedOut.of(modules.registry(), new ModuleReference.Numbered(id));
        TextModel model = AdapterFolder.load(files.folder(), base, precision)) {
      Predictions answers = Predictions.of(model, data.test());
      Evaluation evaluation =
          RegisterOptions.evaluation(
              data.folder(), Split.TEST, data.test().sha256(), answers.scores().byName());
      modules.registry().lifeCycle().evaluated(id, evaluation);
      ObservedRows.profile(model.pass(), data.test().rows(), story.start().seed())
          .ifPresent(
              profile -> RegisterOptions.setReference(modules.registry(), id, evaluation, profile));
      return Optional.of(new Tested(kept.get().way(), id.toString(), answers, right));
    }
  }

  /** A version that answers a domain. */
  private record Kept(String way, VersionId version) {}

  /** That of all domains where it was taken, else the domain's own. */
  private Optional<Kept> kept(String domain) {
    Kept found = null;
    for (StagePlan stage : story.start().stages()) {
      StageResult result = story.result(stage.number());
      boolean ours = stage.kind() == StageKind.SHARE || stage.domain().equals(domain);
      if (ours && result != null && result.passed()) {
        String version = result.versions().get(result.choice());
        if (version != null) {
          found = new Kept(result.choice(), StageModules.id(version));
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private DomainScore score(String domain, Tested tested) {
    boolean[] right = tested.chosen().right();
    Interval gain = AnswerDifference.ofAccuracies(right, tested.frozen(), story.start().seed());
    return new DomainScore(
        domain,
        tested.way(),
        tested.version(),
        right.length,
        count(right),
        count(tested.frozen()),
        gain.low(),
        gain.high());
  }

  private static int count(boolean[] rows) {
    int count = 0;
    for (boolean row : rows) {
      count += row ? 1 : 0;
    }
    return count;
  }

  /** Rows of labels that the model knows. */
  private static HeldOutAnswers answers(Predictions predictions) {
    List<String> labels = predictions.labels().heads().get(0).labels().names();
    double[] truth = predictions.truth();
    double[] predicted = predictions.predicted();
    double[] confidence = predictions.confidence();
    int[] known =
        IntStream.range(0, truth.length)
            .filter(row -> truth[row] >= 0 && truth[row] < labels.size())
            .toArray();
    return new HeldOutAnswers(
        labels,
        IntStream.of(known).map(row -> (int) truth[row]).toArray(),
        IntStream.of(known).map(row -> (int) predicted[row]).toArray(),
        IntStream.of(known).mapToDouble(row -> confidence[row]).toArray());
  }

  private static List<LabelScore> labels(
      HeldOutAnswers answers, @Nullable HandOver handOver, int[][] confusion) {
    int count = answers.labels().size();
    int[] toPerson = new int[count];
    for (int row = 0; row < answers.rows(); row++) {
      toPerson[answers.truth()[row]] += handOver != null && handOver.toPerson()[row] ? 1 : 0;
    }
    List<LabelScore> scores = new ArrayList<>();
    for (int label = 0; label < count; label++) {
      int all = 0;
      int most = -1;
      for (int other = 0; other < count; other++) {
        all += confusion[label][other];
        boolean more = most < 0 || confusion[label][other] > confusion[label][most];
        most = other != label && confusion[label][other] > 0 && more ? other : most;
      }
      String takenFor = most < 0 ? "" : answers.labels().get(most);
      if (all > 0) {
        scores.add(
            new LabelScore(
                answers.labels().get(label),
                all,
                confusion[label][label],
                takenFor,
                toPerson[label]));
      }
    }
    scores.sort(Comparator.comparingInt(one -> one.right() - one.rows()));
    return scores;
  }

  /**
   * Takes a version out of service that was put into it for that, and measures how long it takes.
   */
  private double drill(List<DomainScore> domains) {
    for (DomainScore domain : domains) {
      if (!domain.version().isEmpty()) {
        VersionId id = StageModules.id(domain.version());
        try {
          modules.registry().lifeCycle().goLive(id, DRILL, "drill of a rollback");
          long start = System.nanoTime();
          modules.registry().lifeCycle().withdraw(id.name(), DRILL, "drill of a rollback");
          return (System.nanoTime() - start) / NANOS_OF_MILLISECOND;
        } catch (UserError e) {
          // A rule of the registry forbids it: then there is nothing to measure.
          return 0;
        }
      }
    }
    return 0;
  }
}
