package io.haori.server.page.screen.decide;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.registry.VersionSummary;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.data.DataSets;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.JobKind;
import io.haori.server.job.JobRequest;
import io.haori.server.page.screen.Visit;
import io.haori.server.watch.ModuleDirectory;
import java.util.ArrayList;
import java.util.List;

/** A measurement of modules that act together, as the form of the page describes it. */
final class CombinationForm {
  private CombinationForm() {}

  /**
   * Reads a form.
   *
   * @param visit whose form it is
   * @param data that it may name
   * @param directory whose versions it may name
   * @param engines one of which has the modules' base
   */
  static JobRequest read(
      Visit visit, DataSets data, ModuleDirectory directory, BaseEngines engines) {
    List<VersionSummary> modules =
        visit.context().formParams("modules").stream()
            .map(one -> directory.resolve(ModuleReference.parse(one)))
            .distinct()
            .toList();
    if (modules.isEmpty()) {
      throw new UserError("modules must be some that are ticked, got none");
    }
    VersionSummary first = modules.get(0);
    List<VersionId> members =
        modules.size() > 1
            ? modules.stream().map(VersionSummary::id).toList()
            : visit.registry().combinations().members(first.id());
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    if (modules.size() > 1) {
      ArrayNode weights = settings.putArray("weights");
      members.forEach(one -> weights.add(weight(visit, one)));
    }
    if (!visit.field("metric").isEmpty()) {
      settings.put("metric", visit.field("metric"));
    }
    return new JobRequest(
        JobKind.TOGETHER,
        first.id().name(),
        rows(visit, data, members),
        modules.stream().map(VersionSummary::id).toList(),
        engines.of(directory.served(first)).base().name(),
        "",
        "",
        0,
        settings);
  }

  /** One for all, or one for each where any has its own. */
  private static List<VersionId> rows(Visit visit, DataSets data, List<VersionId> members) {
    String ofAll = visit.field("data");
    List<VersionId> rows = new ArrayList<>();
    boolean own = members.stream().anyMatch(one -> !visit.field("data-" + one).isEmpty());
    for (VersionId member : own ? members : members.stream().limit(1).toList()) {
      String chosen = visit.field("data-" + member);
      String name = own && !chosen.isEmpty() ? chosen : ofAll;
      if (name.isEmpty()) {
        throw new UserError("data of " + member + " must be chosen, got nothing");
      }
      rows.add(data.find(name).id());
    }
    if (rows.isEmpty() && !ofAll.isEmpty()) {
      rows.add(data.find(ofAll).id());
    }
    return rows;
  }

  private static double weight(Visit visit, VersionId member) {
    String text = visit.field("weight-" + member);
    try {
      return text.isEmpty() ? 1 : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserError("weight of " + member + " must be a number, got " + text, e);
    }
  }
}
