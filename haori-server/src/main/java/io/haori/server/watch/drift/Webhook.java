package io.haori.server.watch.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends alarms to one address as JSON, once each, without waiting for it: an address that does not
 * answer holds nothing up.
 */
public final class Webhook {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_UNDER_WAY = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable URI address;
  private final HttpClient client;
  private final AtomicInteger underWay = new AtomicInteger();

  /** To an address, or to nobody. */
  public Webhook(@Nullable URI address) {
    this.address = address;
    client =
        HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(Redirect.NEVER).build();
  }

  /** Sends an event. */
  public void send(Map<String, Object> event) {
    URI to = address;
    if (to == null) {
      return;
    }
    if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
      underWay.decrementAndGet();
      LOG.warn("The webhook is too slow; an alarm was not sent");
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(to)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(text(event)))
            .build();
    var unused =
        client
            .sendAsync(request, BodyHandlers.discarding())
            .whenComplete(
                (answer, failure) -> {
                  underWay.decrementAndGet();
                  if (failure != null || answer.statusCode() >= 300) {
                    LOG.warn(
                        "The webhook did not take an alarm: {}",
                        failure == null ? "status " + answer.statusCode() : failure.getMessage());
                  }
                });
  }

  private static String text(Map<String, Object> event) {
    try {
      return JSON.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
