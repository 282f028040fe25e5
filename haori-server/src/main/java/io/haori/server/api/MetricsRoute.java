package io.haori.server.api;

import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /metrics} for Prometheus, and a line of JSON in the log for each request. Neither has
 * anything of texts or tokens.
 */
public final class MetricsRoute {
  /** Name of the logger whose lines are JSON objects. */
  public static final String REQUESTS = "io.haori.server.requests";

  private static final Logger LOG = LoggerFactory.getLogger(REQUESTS);
  private static final Duration[] BUCKETS =
      Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Exchange exchange;
  private final PrometheusMeterRegistry meters;

  /** With what all routes share and all that is counted. */
  public MetricsRoute(Exchange exchange, PrometheusMeterRegistry meters) {
    this.exchange = exchange;
    this.meters = meters;
  }

  /** Adds the route, and counts all requests from now on. */
  public void addTo(JavalinConfig config) {
    config.routes.get("/metrics", this::answer);
    config.requestLogger.http(
        (context, milliseconds) -> {
          Exchange.end(context);
          count(context);
        });
  }

  private void answer(Context context) {
    // Whoever is known to the registry: the names of modules are not secret among them.
    exchange.caller(context);
    context.contentType(TYPE).result(meters.scrape());
  }

  private void count(Context context) {
    long nanoseconds = Exchange.nanoseconds(context);
    String route = Exchange.route(context);
    Timer.builder("haori.requests")
        .description("Requests and the time until they were answered")
        .tag("route", route)
        .tag("status", String.valueOf(context.statusCode()))
        .serviceLevelObjectives(BUCKETS)
        .register(meters)
        .record(Duration.ofNanos(nanoseconds));
    if (LOG.isInfoEnabled()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("id", Exchange.id(context));
      line.put("method", context.method().name());
      line.put("route", route);
      line.put("status", context.statusCode());
      line.put("milliseconds", Math.round(nanoseconds / 1e3) / 1e3);
      line.put("caller", Exchange.account(context));
      LOG.info("{}", new String(Json.bytes(line), StandardCharsets.UTF_8));
    }
  }
}
