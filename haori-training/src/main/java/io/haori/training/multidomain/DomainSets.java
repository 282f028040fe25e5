package io.haori.training.multidomain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.json.DataJson;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Models of sets of domains as orders, each trained by itself. */
public final class DomainSets implements OrderWorker {
  private static final String KIND = "analyze";
  private static final String DOMAINS = "domains";
  private static final String NAME = "name";
  private static final String DATA = "data";
  private static final String SETTINGS = "settings";
  private static final String DIGEST = "digest";
  private static final String KEEPS_ADAPTER = "keepsAdapter";

  @Override
  public String kind() {
    return KIND;
  }

  /** The orders of some plans, in their order. */
  static List<WorkOrder> orders(
      List<PlannedDomainSet> plans,
      Domains domains,
      TextBase base,
      Predicate<PlannedDomainSet> keepsAdapter,
      int threads,
      WorkInputs inputs) {
    // All domains, as a row's number, which its dropout comes from, counts through all of them.
    Map<String, String> named = Map.of(DOMAINS, inputs.add(write(domains)));
    return plans.stream()
        .map(
            plan ->
                new WorkOrder(
                    KIND,
                    plan.folder(),
                    base.name(),
                    base.digest(),
                    threads,
                    settings(plan, keepsAdapter.test(plan)),
                    named,
                    plan.work()))
        .toList();
  }

  private static ObjectNode settings(PlannedDomainSet plan, boolean keepsAdapter) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode indices = json.putArray(DOMAINS);
    plan.domains().forEach(indices::add);
    json.put(KEEPS_ADAPTER, keepsAdapter).put(DIGEST, plan.digest());
    json.set(SETTINGS, plan.settings().toJson());
    return json;
  }

  /** Domains as an input of an order. */
  static ObjectNode write(Domains domains) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode all = json.putArray(DOMAINS);
    domains
        .all()
        .forEach(
            one -> all.addObject().put(NAME, one.name()).set(DATA, DataJson.write(one.data())));
    return json;
  }

  /** Domains of an order, as {@link #write} wrote them. */
  static Domains read(JsonNode json) {
    List<Domain> all = new ArrayList<>();
    json.path(DOMAINS)
        .forEach(
            one ->
                all.add(new Domain(one.path(NAME).asText(), DataJson.readDataset(one.path(DATA)))));
    return new Domains(all);
  }

  @Override
  public boolean work(WorkOrder order, WorkBench bench) {
    JsonNode json = order.settings();
    DomainSetSettings settings = DomainSetSettings.fromJson(json.path(SETTINGS));
    Domains domains = read(bench.input(DOMAINS));
    TextBase base = bench.base(settings.tune().baseForm(), false);
    DomainRows rows = new DomainRows(domains, base.reader(), settings.tune().text().maxLength());
    boolean keepsAdapter = json.path(KEEPS_ADAPTER).asBoolean();
    DomainSetTrainer trainer =
        new DomainSetTrainer(base, rows, bench.folder())
            .keepAdapters(plan -> keepsAdapter)
            .stopWhen(bench::stopRequested);
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
