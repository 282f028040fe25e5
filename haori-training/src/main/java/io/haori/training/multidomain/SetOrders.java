package io.haori.training.multidomain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.json.DataJson;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What orders of models of sets of domains have in common, whatever is measured of a model. */
final class SetOrders {
  private static final String DOMAINS = "domains";
  private static final String NAME = "name";
  private static final String DATA = "data";
  private static final String SETTINGS = "settings";
  private static final String DIGEST = "digest";

  private SetOrders() {}

  /**
   * Orders, one a plan, in their order.
   *
   * @param kind of the orders
   * @param plans that are wanted
   * @param domains all of them, as a row's number, which its dropout comes from, counts through all
   * @param base that they learn on
   * @param threads of each
   * @param inputs gets the domains
   * @param more puts what the kind has besides into a plan's settings
   */
  static List<WorkOrder> of(
      String kind,
      List<PlannedDomainSet> plans,
      Domains domains,
      TextBase base,
      int threads,
      WorkInputs inputs,
      BiConsumer<PlannedDomainSet, ObjectNode> more) {
    Map<String, String> named = Map.of(DOMAINS, inputs.add(write(domains)));
    List<WorkOrder> orders = new ArrayList<>();
    for (PlannedDomainSet plan : plans) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      ArrayNode indices = json.putArray(DOMAINS);
      plan.domains().forEach(indices::add);
      more.accept(plan, json);
      json.put(DIGEST, plan.digest());
      json.set(SETTINGS, plan.settings().toJson());
      orders.add(
          new WorkOrder(
              kind, plan.folder(), base.name(), base.digest(), threads, json, named, plan.work()));
    }
    return orders;
  }

  private static ObjectNode write(Domains domains) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode all = json.putArray(DOMAINS);
    domains
        .all()
        .forEach(
            one -> all.addObject().put(NAME, one.name()).set(DATA, DataJson.write(one.data())));
    return json;
  }

  private static Domains read(JsonNode json) {
    List<Domain> all = new ArrayList<>();
    json.path(DOMAINS)
        .forEach(
            one ->
                all.add(new Domain(one.path(NAME).asText(), DataJson.readDataset(one.path(DATA)))));
    return new Domains(all);
  }

  /** Makes what trains the model of an order. */
  @FunctionalInterface
  interface Opening {
    /**
     * Makes it.
     *
     * @param base stays open
     * @param domains all of the order
     * @param settings of the model
     * @param json what the kind has besides
     */
    DomainSetLearner open(
        TextBase base, Domains domains, DomainSetSettings settings, JsonNode json);
  }

  /**
   * Trains the model of an order.
   *
   * @param opening makes what trains it, with results in the bench's folder
   * @return false when it was stopped
   */
  static boolean work(WorkOrder order, WorkBench bench, Opening opening) {
    JsonNode json = order.settings();
    DomainSetSettings settings = DomainSetSettings.fromJson(json.path(SETTINGS));
    TextBase base = bench.base(settings.tune().baseForm(), false);
    DomainSetLearner learner = opening.open(base, read(bench.input(DOMAINS)), settings, json);
    List<Integer> indices = new ArrayList<>();
    json.path(DOMAINS).forEach(one -> indices.add(one.asInt()));
    PlannedDomainSet plan = learner.plan(indices, settings);
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
    return learner.listener(listener).run(List.of(plan)).size() == 1;
  }
}
