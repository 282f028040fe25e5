package io.haori.spring;

import io.haori.client.HaoriClient;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** Whether the server takes requests. That it cannot read its registry is shown, but not down. */
final class HaoriHealthIndicator extends AbstractHealthIndicator {
  private final HaoriClient client;

  HaoriHealthIndicator(HaoriClient client) {
    super("The Haori server cannot be asked");
    this.client = client;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    io.haori.client.Health found = client.health();
    health
        .status(found.ready() ? "UP" : "DOWN")
        .withDetail("server", client.settings().url().toString())
        .withDetail("registry", found.registry());
  }
}
