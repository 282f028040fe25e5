package io.haori.server.settings;

import static io.haori.core.check.Check.require;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How what is served is watched.
 *
 * @param interval between two windows of live texts that are compared with the evaluation; at the
 *     default, an alarm without a cause comes at most once a month
 * @param webhook who is sent alarms; null for nobody
 */
public record WatchSettings(Duration interval, @Nullable URI webhook) {
  /** In minutes. */
  public static final int DEFAULT_INTERVAL = 60;

  public static final WatchSettings DEFAULT =
      new WatchSettings(Duration.ofMinutes(DEFAULT_INTERVAL), null);

  /** Checks the bounds. */
  public WatchSettings {
    require(!interval.isNegative(), "watch.interval", "at least 0", interval);
    if (webhook != null) {
      boolean web = "http".equals(webhook.getScheme()) || "https".equals(webhook.getScheme());
      require(
          web && webhook.getHost() != null,
          "webhook",
          "an address that begins with http:// or https://",
          webhook);
    }
  }
}
