package io.haori.training.multidomain;

import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.training.data.Split;
import io.haori.training.runs.FinishedRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Finished models in a folder each, kept apart by the digest of all that they depend on. */
final class DomainSetStore {
  private final TextBase base;
  private final DomainRows rows;
  private final FinishedRuns<FinishedDomainSet> runs;
  private final DomainSetScores scores;
  private final Predicate<PlannedDomainSet> keepsAdapter;

  /**
   * Opens it.
   *
   * @param folder that holds the folders
   * @param keepsAdapter of which models the adapter is kept beside the answers
   */
  DomainSetStore(
      TextBase base, DomainRows rows, Path folder, Predicate<PlannedDomainSet> keepsAdapter) {
    this.base = base;
    this.rows = rows;
    this.runs = new FinishedRuns<>(folder, FinishedDomainSet.class);
    this.scores = new DomainSetScores(rows);
    this.keepsAdapter = keepsAdapter;
  }

  /** Folder of a model's adapter that was to be kept. */
  Path adapter(PlannedDomainSet plan) {
    return runs.adapter(plan.folder());
  }

  /** What was kept of a model, its adapter too where that is wanted. */
  Optional<FinishedDomainSet> find(PlannedDomainSet plan) {
    return keepsAdapter.test(plan) && !Files.exists(adapter(plan))
        ? Optional.empty()
        : runs.find(plan.folder(), one -> one.digest().equals(plan.digest()));
  }

  /**
   * Keeps a model that has its best values.
   *
   * @param validation {@code [rows]} the class that it gives each validation row
   * @param test likewise
   * @param seconds that it took
   */
  FinishedDomainSet keep(DomainSetRun run, int[] validation, int[] test, double seconds) {
    double[] ofValidation = scores.accuracies(run, Split.VALIDATION, validation);
    FinishedDomainSet done =
        run.finished(scores.answers(run, ofValidation, validation, test), seconds);
    if (keepsAdapter.test(run.plan())) {
      keepAdapter(run, done, ofValidation, scores.accuracies(run, Split.TEST, test));
    }
    runs.keep(run.plan().folder(), done);
    return done;
  }

  private void keepAdapter(
      DomainSetRun run, FinishedDomainSet done, double[] validation, double[] test) {
    PlannedDomainSet plan = run.plan();
    Map<String, String> digests = new TreeMap<>();
    Map<String, Double> validationByName = new LinkedHashMap<>();
    Map<String, Double> testByName = new LinkedHashMap<>();
    validationByName.put("accuracy", DomainSetScores.mean(validation));
    testByName.put("accuracy", DomainSetScores.mean(test));
    for (int own = 0; own < validation.length; own++) {
      Domain domain = rows.domains().all().get(plan.domains().get(own));
      digests.put(domain.name() + " train", domain.data().train().sha256());
      digests.put(domain.name() + " validation", domain.data().validation().sha256());
      digests.put(domain.name() + " test", domain.data().test().sha256());
      validationByName.put("accuracy of " + domain.name(), validation[own]);
      testByName.put("accuracy of " + domain.name(), test[own]);
    }
    TextModel model = run.handOver(base);
    try (model) {
      AdapterFolder.save(
          adapter(plan),
          model,
          new Provenance(
              plan.settings().byName(),
              digests,
              plan.seed(),
              done.curve().size(),
              done.bestEpoch(),
              validationByName,
              testByName));
    }
  }
}
