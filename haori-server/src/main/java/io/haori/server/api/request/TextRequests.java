package io.haori.server.api.request;

import io.haori.inference.task.spi.Row;
import io.haori.server.auth.Caller;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the routes about texts share: who asks, what is asked of which modules, and whether it is
 * admitted.
 */
public final class TextRequests {
  private final Exchange exchange;
  private final Models models;
  private final Admission admission;
  private final Limits limits;

  /** With what all routes share. */
  public TextRequests(Exchange exchange, Models models, Admission admission, Limits limits) {
    this.exchange = exchange;
    this.models = models;
    this.admission = admission;
    this.limits = limits;
  }

  /**
   * A request about texts.
   *
   * @param body of it
   * @param choice of modules
   * @param rows at least one
   */
  public record Asked(RequestBody body, ModuleChoice choice, List<Row> rows) {
    /** What is to be computed. */
    public Work work() {
      return new Work(choice.weights(), choice.head(), rows);
    }

    /**
     * Members of the answer that say who gave it.
     *
     * @param context of the request
     * @param object what the answer is
     * @param task of the head
     */
    public Map<String, Object> identity(Context context, String object, String task) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("id", Exchange.id(context));
      members.put("object", object);
      members.put("task", task);
      members.putAll(choice.identity());
      return members;
    }
  }

  /**
   * Reads a request.
   *
   * @param context of it
   * @param members that it may have
   */
  public Asked read(Context context, List<String> members) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(members);
    List<Row> rows = new RequestRows(limits).read(body);
    return new Asked(body, ModuleChoice.read(body, models, caller), rows);
  }

  /**
   * Answers when there is room for the texts.
   *
   * @param context of the request
   * @param characters of its texts
   * @param work begins it
   * @param answer written as JSON
   * @param <T> what the work gives
   */
  public <T> void answer(
      Context context,
      long characters,
      Supplier<CompletableFuture<T>> work,
      Function<T, Map<String, Object>> answer) {
    context.future(
        () ->
            admission
                .admitted(characters, work)
                .thenAccept(done -> Json.write(context, answer.apply(done))));
  }
}
