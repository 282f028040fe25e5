package io.haori.cli.poc;

import io.haori.cli.proof.ProofData;
import io.haori.cli.registry.RegisterOptions;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.folder.AdapterFolder;
import io.haori.registry.Added;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.VersionView;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.proof.GrowingRows;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modules of a proof of concept in its registry: added as drafts, evaluated on the validation
 * rows, live under the task {@code poc} alone, or retired.
 *
 * @param registry open
 * @param work folder for what is on its way
 */
record StageModules(Registry registry, Path work) {
  /** Where modules of a proof of concept are live: nothing else answers from there. */
  static final LiveTarget PLACE = new LiveTarget("poc");

  /**
   * Sets the rules of a registry that was made for a proof of concept: on the validation rows a
   * module must be right more often than who always says the most frequent label.
   *
   * @param registry new
   * @param domains of the proof of concept
   */
  static void setRules(Registry registry, List<ProofData.Read> domains) {
    for (ProofData.Read domain : domains) {
      setRule(registry, domain.source().name(), domain.data());
    }
    Dataset joined = GrowingRows.joined(domains.stream().map(ProofData.Read::data).toList());
    setRule(registry, shared(domains.get(0).source().name()), joined);
  }

  private static void setRule(Registry registry, String name, Dataset data) {
    Map<String, Integer> counts = new HashMap<>();
    data.validation()
        .rows()
        .forEach(row -> counts.merge(String.valueOf(row.label()), 1, Integer::sum));
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    Evaluation named = RegisterOptions.evaluation(data.folder(), Split.VALIDATION, "", Map.of());
    registry
        .lifeCycle()
        .setRule(
            new ApprovalRule(
                new NamePattern(name),
                named.dataName(),
                named.split(),
                "accuracy",
                (double) most / Math.max(1, data.validation().rows().size()),
                null));
  }

  /** Name of the module for all domains. */
  static String shared(String first) {
    return first + ProofData.SHARED;
  }

  /**
   * Adds a model.
   *
   * @param name of its module
   * @param tuned open
   * @param data that it was fitted to
   * @param settings of the fit
   * @param note for those who read the log
   */
  Added add(ModuleName name, TunedModel tuned, Dataset data, TuneSettings settings, String note) {
    Path folder = work.resolve(name.fileName());
    AdapterFolder.save(folder, tuned.model(), tuned.provenance(data, settings, Map.of()));
    Added added = registry.modules().add(folder, name, new Addition(List.of(), null, note));
    if (added.isNew()) {
      registry
          .lifeCycle()
          .evaluated(
              added.version().id(),
              RegisterOptions.evaluation(
                  data.folder(), Split.VALIDATION, data.validation().sha256(), tuned.validation()));
    }
    AtomicFiles.delete(folder);
    return added;
  }

  /**
   * Lets a version answer.
   *
   * @return why not, where the registry's rules forbid it; else empty
   */
  Optional<String> promote(VersionId id, String reason) {
    try {
      registry.lifeCycle().approve(id, reason);
      registry.lifeCycle().goLive(id, PLACE, reason);
      return Optional.empty();
    } catch (UserError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Undoes a version: what was live before it is live again, and it is retired.
   *
   * @param reason for the log
   */
  void undo(VersionId id, String reason) {
    VersionView view = registry.modules().show(new ModuleReference.Numbered(id));
    if (view.status().state() == State.RETIRED) {
      return;
    }
    if (view.live().contains(PLACE)) {
      takeBack(id.name(), reason);
    }
    registry.lifeCycle().retire(id, reason);
  }

  private void takeBack(ModuleName name, String reason) {
    try {
      registry.lifeCycle().rollback(name, PLACE, reason);
    } catch (UserError e) {
      // Nothing was live there before.
      registry.lifeCycle().withdraw(name, PLACE, reason);
    }
  }

  /** A version by its text, for example {@code food@2}. */
  static VersionId id(String version) {
    return ModuleReference.parseVersion(version);
  }
}
