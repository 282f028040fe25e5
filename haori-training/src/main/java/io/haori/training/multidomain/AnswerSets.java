package io.haori.training.multidomain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Models that write, of sets of domains, as orders, each trained by itself. */
public final class AnswerSets implements OrderWorker {
  private static final String KIND = "analyze-answers";
  private static final String DOMAINS = "domains";
  private static final String SETTINGS = "settings";
  private static final String DIGEST = "digest";
  private static final String WRITES = "writes";

  @Override
  public String kind() {
    return KIND;
  }

  /** The orders of some plans, in their order. */
  static List<WorkOrder> orders(
      List<PlannedDomainSet> plans,
      Domains domains,
      TextBase base,
      boolean writes,
      int threads,
      WorkInputs inputs) {
    Map<String, String> named = Map.of(DOMAINS, inputs.add(DomainSets.write(domains)));
    return plans.stream()
        .map(
            plan ->
                new WorkOrder(
                    KIND,
                    plan.folder(),
                    base.name(),
                    base.digest(),
                    threads,
                    settings(plan, writes),
                    named,
                    plan.work()))
        .toList();
  }

  private static ObjectNode settings(PlannedDomainSet plan, boolean writes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode indices = json.putArray(DOMAINS);
    plan.domains().forEach(indices::add);
    json.put(WRITES, writes).put(DIGEST, plan.digest());
    json.set(SETTINGS, plan.settings().toJson());
    return json;
  }

  @Override
  public boolean work(WorkOrder order, WorkBench bench) {
    JsonNode json = order.settings();
    DomainSetSettings settings = DomainSetSettings.fromJson(json.path(SETTINGS));
    TextBase base = bench.base(settings.tune().baseForm(), false);
    AnswerSetTrainer trainer =
        new AnswerSetTrainer(
            base,
            DomainSets.read(bench.input(DOMAINS)),
            bench.folder(),
            json.path(WRITES).asBoolean(),
            bench::stopRequested);
    List<Integer> indices = new ArrayList<>();
    json.path(DOMAINS).forEach(one -> indices.add(one.asInt()));
    PlannedDomainSet plan = trainer.plan(indices, settings);
    String wanted = json.path(DIGEST).asText();
    if (!plan.digest().equals(wanted)) {
      throw new UserError(
          "run " + order.name() + " must have the digest " + wanted + ", got " + plan.digest());
    }
    ComparisonListener listener =
        new ComparisonListener() {
          @Override
          public void onProgress(long workDone, String detail) {
            bench.progress(Math.min(1, (double) workDone / plan.work()));
          }
        };
    return trainer.listener(listener).run(List.of(plan)).size() == 1;
  }
}
