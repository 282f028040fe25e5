package io.haori.server.api;

import io.haori.server.api.request.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /health/live}: the process answers; {@code GET /health/ready}: it takes requests,
 * which it no longer does while it stops.
 */
public final class HealthRoute {
  private final BooleanSupplier ready;
  private final Supplier<@Nullable String> trouble;

  /**
   * Health of one server.
   *
   * @param ready whether it takes requests
   * @param trouble with the registry, or null: the server goes by what it saw last then
   */
  public HealthRoute(BooleanSupplier ready, Supplier<@Nullable String> trouble) {
    this.ready = ready;
    this.trouble = trouble;
  }

  /** Adds the routes, which nobody needs a role for. */
  public void addTo(RoutesConfig routes) {
    routes.get("/health/live", context -> Json.write(context, Map.of("status", "up")));
    routes.get("/health/ready", this::ready);
  }

  private void ready(Context context) {
    Map<String, Object> answer = new LinkedHashMap<>();
    boolean up = ready.getAsBoolean();
    answer.put("status", up ? "up" : "down");
    answer.put("registry", trouble.get() == null ? "up" : "down");
    context.status(up ? 200 : 503);
    Json.write(context, answer);
  }
}
