package io.haori.server.settings;

import static io.haori.core.check.Check.require;

import io.haori.model.image.ImageFile;
import java.time.Duration;

/**
 * Bounds of one server, so that no request and no crowd of them takes more than there is.
 *
 * @param bodyBytes of a request
 * @param texts of a request
 * @param textCharacters of a text
 * @param pixels of a picture
 * @param waitingCharacters of the texts of all requests that are not answered yet; more are refused
 *     with 429, unless nothing waits
 * @param batchTokens that go through the base in one pass
 * @param batchWait how long a pass waits for rows of other requests
 * @param deadline after which a request that waits is refused with 503
 * @param connections that are open at once
 */
public record Limits(
    int bodyBytes,
    int texts,
    int textCharacters,
    long pixels,
    long waitingCharacters,
    int batchTokens,
    Duration batchWait,
    Duration deadline,
    int connections) {
  public static final Limits DEFAULT =
      new Limits(
          4 << 20,
          1_024,
          100_000,
          1L << 24,
          2_000_000,
          4_096,
          Duration.ofMillis(2),
          Duration.ofSeconds(30),
          1_000);

  /** Checks the bounds. */
  public Limits {
    require(bodyBytes >= 1_000, "limits.bodyBytes", "at least 1000", bodyBytes);
    require(texts >= 1, "limits.texts", "at least 1", texts);
    require(textCharacters >= 1, "limits.textCharacters", "at least 1", textCharacters);
    require(
        pixels >= 1 && pixels <= ImageFile.MOST_PIXELS,
        "limits.pixels",
        "from 1 to " + ImageFile.MOST_PIXELS,
        pixels);
    require(waitingCharacters >= 1, "limits.waitingCharacters", "at least 1", waitingCharacters);
    require(batchTokens >= 1, "limits.batchTokens", "at least 1", batchTokens);
    require(
        !batchWait.isNegative() && batchWait.compareTo(Duration.ofSeconds(1)) <= 0,
        "limits.batchWait",
        "in [0, 1] seconds",
        batchWait);
    require(!deadline.isNegative() && !deadline.isZero(), "limits.deadline", "above 0", deadline);
    require(connections >= 1, "limits.connections", "at least 1", connections);
  }

  /** The same with another bound on the texts that wait. */
  public Limits withWaitingCharacters(long newWaitingCharacters) {
    return new Limits(
        bodyBytes,
        texts,
        textCharacters,
        pixels,
        newWaitingCharacters,
        batchTokens,
        batchWait,
        deadline,
        connections);
  }

  /** The same with another deadline. */
  public Limits withDeadline(Duration newDeadline) {
    return new Limits(
        bodyBytes,
        texts,
        textCharacters,
        pixels,
        waitingCharacters,
        batchTokens,
        batchWait,
        newDeadline,
        connections);
  }
}
