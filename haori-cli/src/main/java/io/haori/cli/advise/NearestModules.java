package io.haori.cli.advise;

import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.WindowCounts;
import io.haori.cli.registry.CheckedOut;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.observe.ObservedRows;
import io.haori.inference.task.spi.Row;
import io.haori.registry.ModuleSummary;
import io.haori.registry.Registry;
import io.haori.registry.VersionView;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which modules of a registry are nearest to some rows: those that answer most of them right as
 * they are, and between equals those on whose evaluation rows the texts look most alike.
 *
 * @param registry open
 * @param base of the rows; modules of other bases are passed over
 * @param precision of the activations
 */
record NearestModules(Registry registry, TextBase base, DType precision) {
  private static final int MOST_ROWS = DriftProfile.WINDOW;
  private static final int MOST_MODULES = 50;

  /**
   * A module.
   *
   * @param module its version
   * @param rows that it was asked
   * @param right share of them that it answers right
   * @param drift of the texts from those of its evaluation, as a share of the limit at which a
   *     server warns; null where nothing is stored to compare with
   */
  record Near(String module, int rows, double right, @Nullable Double drift) {}

  /**
   * The nearest ones first.
   *
   * @param data its training rows are asked
   * @param most modules that are named
   */
  List<Near> of(Dataset data, int most) {
    List<Row> rows =
        data.train().rows().subList(0, Math.min(MOST_ROWS, data.train().rows().size()));
    DataFile asked = new DataFile(data.train().path(), rows, data.train().sha256());
    List<Near> all = new ArrayList<>();
    for (ModuleSummary module : registry.modules().list().stream().limit(MOST_MODULES).toList()) {
      used(module).flatMap(id -> near(id, asked)).ifPresent(all::add);
    }
    all.sort(
        Comparator.comparingDouble((Near one) -> -one.right())
            .thenComparingDouble(one -> one.drift() == null ? Double.MAX_VALUE : one.drift()));
    return all.subList(0, Math.min(most, all.size()));
  }

  /** What is live, else the newest version in use. */
  private Optional<VersionId> used(ModuleSummary module) {
    Integer live = module.live().get("live");
    try {
      VersionId id =
          live == null
              ? registry.modules().resolve(new ModuleReference.Newest(module.newest().name()))
              : new VersionId(module.newest().name(), live);
      VersionView view = registry.modules().show(new ModuleReference.Numbered(id));
      boolean fits =
          view.status().state() != State.RETIRED
              && view.version().origin().baseDigest().equals(base.digest());
      return fits ? Optional.of(id) : Optional.empty();
    } catch (UserError e) {
      // All of its versions are retired.
      return Optional.empty();
    }
  }

  private Optional<Near> near(VersionId id, DataFile asked) {
    try (CheckedOut files = CheckedOut.of(registry, new ModuleReference.Numbered(id));
        TextModel model = AdapterFolder.load(files.folder(), base, precision)) {
      boolean[] right = Predictions.of(model, asked).right();
      int count = 0;
      for (boolean row : right) {
        count += row ? 1 : 0;
      }
      double share = (double) count / right.length;
      return Optional.of(new Near(id.toString(), right.length, share, drift(id, model, asked)));
    } catch (UserError e) {
      // A module without a head, or of another task, answers none of the rows.
      return Optional.empty();
    }
  }

  private @Nullable Double drift(VersionId id, TextModel model, DataFile asked) {
    DriftProfile profile =
        registry
            .watch()
            .reference(id)
            .map(reference -> DriftProfile.fromJson(reference.profile()))
            .orElse(null);
    if (profile == null) {
      return null;
    }
    WindowCounts counts = profile.newCounts();
    ObservedRows.of(model.pass(), asked.rows()).forEach(row -> counts.add(profile.encode(row)));
    Map<DriftKind, Double> limits = profile.limits();
    Double limit = limits.get(DriftKind.EMBEDDING);
    Double drift = profile.drift(counts).get(DriftKind.EMBEDDING);
    return limit == null || drift == null || limit <= 0 ? null : drift / limit;
  }
}
