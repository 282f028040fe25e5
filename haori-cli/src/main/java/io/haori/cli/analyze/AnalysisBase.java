package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import io.haori.analysis.transfer.Measure;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Decoders;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Engine;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.multidomain.AnswerSetTrainer;
import io.haori.training.multidomain.DomainRows;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.DomainSetTrainer;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.study.Alikeness;
import io.haori.training.multidomain.study.Similarity;
import io.haori.training.multidomain.study.TransferStudy;
import io.haori.training.multidomain.study.WrittenSimilarity;
import io.haori.training.work.WorkPlace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One base with all domains' rows on it, on which an analysis trains its models. Owns the base. */
final class AnalysisBase implements AutoCloseable {
  private final CommonOptions common;
  private final AnalyzeOptions options;
  private final Domains domains;
  private final String baseName;
  private final DType precision;
  private final DomainSetSettings settings;
  private final BooleanSupplier stopRequested;
  private final TextBase base;
  private final @Nullable DomainRows rows;
  private @Nullable WorkPlace place;

  AnalysisBase(
      Session session,
      CommonOptions common,
      AnalyzeOptions options,
      Domains domains,
      String baseName,
      BooleanSupplier stopRequested) {
    this.common = common;
    this.options = options;
    this.domains = domains;
    this.baseName = baseName;
    this.stopRequested = stopRequested;
    EngineSetup engine = new EngineSetup(session, common);
    this.precision = engine.precision();
    options.training.run.budget.on(baseName, common);
    this.settings =
        options.settings(domains, common.seed, precision, options.training.method.flags());
    if (domains.areWritten()) {
      Decoders.require(baseName, "which learns to write the rows of " + domains.names().get(0));
      AnswerSettings.of(settings.tune());
    }
    this.base = engine.open(baseName, settings.tune().baseForm());
    if (domains.areWritten()) {
      this.rows = null;
      options.training.run.budget.noteLength(session, common);
    } else {
      DomainRows read = new DomainRows(domains, base.reader(), settings.tune().text().maxLength());
      options.training.run.budget.noteLength(session, common);
      new UnknownTokenNote(session, common, base.name()).look(read);
      this.rows = read;
    }
  }

  String baseName() {
    return baseName;
  }

  /** Whether the work is to stop. */
  boolean isStopRequested() {
    return stopRequested.getAsBoolean();
  }

  DomainSetSettings settings() {
    return settings;
  }

  TextBase base() {
    return base;
  }

  /** How alike the domains are. */
  Alikeness alikeness() {
    return rows == null
        ? new WrittenSimilarity(base, domains, settings)
        : new Similarity(base, rows, settings);
  }

  /** A study with the settings as chosen; single domains' adapters are kept. */
  TransferStudy study() {
    return study(settings);
  }

  /**
   * A study with other choices of the method.
   *
   * @param flags of the method, by setting
   * @param topLayers how many layers are adapted, from the top; 0 for all that the method adapts
   */
  TransferStudy study(Map<String, String> flags, int topLayers) {
    return study(settings(flags, topLayers));
  }

  /**
   * The settings with other choices of the method.
   *
   * @param flags of the method, by setting
   * @param topLayers how many layers are adapted, from the top; 0 for all that the method adapts
   */
  DomainSetSettings settings(Map<String, String> flags, int topLayers) {
    Map<String, String> chosen = new LinkedHashMap<>(flags);
    if (topLayers > 0) {
      chosen.put("targets", String.join(",", slotsOfTop(topLayers)));
    }
    return options.settings(domains, common.seed, precision, chosen);
  }

  private TransferStudy study(DomainSetSettings chosen) {
    if (rows == null) {
      Measure measure = options.measure(domains);
      boolean writes = measure == Measure.ACCURACY;
      AnswerSetTrainer written =
          new AnswerSetTrainer(base, domains, options.runs(), writes, stopRequested);
      if (options.cluster.isElsewhere()) {
        written.on(elsewhere());
      }
      return new TransferStudy(written, measure, chosen, options.seeds(common.seed));
    }
    DomainSetTrainer trainer =
        new DomainSetTrainer(base, rows, options.runs())
            .stopWhen(stopRequested)
            .workers(Engine.threads())
            .keepAdapters(plan -> plan.domains().size() == 1);
    if (options.cluster.isElsewhere()) {
      trainer.on(elsewhere());
    }
    return new TransferStudy(trainer, chosen, options.seeds(common.seed));
  }

  private WorkPlace elsewhere() {
    WorkPlace opened = place == null ? options.cluster.open(common) : place;
    place = opened;
    return opened;
  }

  /** Names of the slots that the method adapts in the upper layers. */
  private List<String> slotsOfTop(int count) {
    List<Slot> all = settings.tune().method().slots(base.backbone().slots());
    int layers = 1 + all.stream().mapToInt(Slot::layer).max().orElse(0);
    require(count <= layers, "--layers", "at most " + layers + " for the base " + baseName, count);
    // What is outside the layers, as a pooler is, lies above them.
    return all.stream()
        .filter(slot -> slot.layer() == Slot.NO_LAYER || slot.layer() >= layers - count)
        .map(Slot::name)
        .toList();
  }

  @Override
  public void close() {
    if (place != null) {
      place.close();
    }
    base.close();
  }
}
