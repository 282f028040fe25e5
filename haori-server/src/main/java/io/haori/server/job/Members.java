package io.haori.server.job;

import static io.haori.core.check.Check.require;

import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.server.data.DataSets;
import io.haori.server.data.Reading;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who acts together in a measurement, and what the registry calls it. */
final class Members {
  private Members() {}

  /** The versions that are measured: those of the request, or those that its one was made of. */
  static List<VersionId> of(Registry registry, Job job) {
    return of(registry.as(job.account()), job.request());
  }

  private static List<VersionId> of(Registry view, JobRequest request) {
    if (request.modules().size() > 1) {
      return request.modules();
    }
    VersionId made = request.modules().get(0);
    List<VersionId> members = view.combinations().members(made);
    require(
        !members.isEmpty(), "modules", "several, or one that was mixed or merged of others", made);
    return members;
  }

  /** The version that was made of them; null where they act together in requests. */
  static @Nullable VersionId made(JobRequest request) {
    return request.modules().size() == 1 ? request.modules().get(0) : null;
  }

  /** The weight of each. */
  static Map<VersionId, Double> weights(JobRequest request, List<VersionId> members) {
    List<Double> given = TogetherSettings.of(request.settings()).weights();
    Map<VersionId, Double> weights = new LinkedHashMap<>();
    for (int i = 0; i < members.size(); i++) {
      weights.put(members.get(i), given.isEmpty() ? 1 : given.get(i));
    }
    return weights;
  }

  /**
   * Refuses what could not be measured, before it waits.
   *
   * @param view the registry as who asks sees it
   * @param data that there are
   * @param request of any kind
   * @throws io.haori.core.check.UserError for the first thing that is wrong
   */
  static void check(Registry view, DataSets data, JobRequest request) {
    List<Reading> readings =
        request.data().stream().map(id -> data.find(id.toString()).reading()).distinct().toList();
    require(
        readings.size() <= 1,
        "data",
        "read in one way (columns, sheet, task, labels)",
        readings.size() + " ways");
    if (request.kind() != JobKind.TOGETHER) {
      return;
    }
    List<VersionId> members = of(view, request);
    int count = members.size();
    int given = request.data().size();
    require(
        given == 1 || given == count,
        "data",
        "one for all, or one for each of "
            + String.join(", ", members.stream().map(VersionId::toString).toList()),
        given);
    int weights = TogetherSettings.of(request.settings()).weights().size();
    require(
        weights == 0 || made(request) == null,
        "settings.weights",
        "left out for one module",
        weights);
    require(
        weights == 0 || weights == count,
        "settings.weights",
        "one for each of " + count + " modules",
        weights);
  }

  /** The module whose authors may record evidence. */
  static ModuleName about(JobRequest request) {
    return request.modules().get(0).name();
  }
}
