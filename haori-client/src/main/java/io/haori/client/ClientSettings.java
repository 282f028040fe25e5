package io.haori.client;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and how patient a client is.
 *
 * @param url of the server: {@code http} or {@code https}, without query; a path is put before that
 *     of each route
 * @param token of the registry that the server has; null for none. It is sent by https alone, or to
 *     this machine
 * @param connectTimeout for the connection
 * @param timeout for one attempt, from the request to the whole answer
 * @param retry how often a request is sent again
 * @param trusted certificates in PEM that are trusted in place of those of the JDK; null for these
 */
public record ClientSettings(
    URI url,
    @Nullable String token,
    Duration connectTimeout,
    Duration timeout,
    RetryPolicy retry,
    @Nullable Path trusted) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** A little more than the server's own deadline. */
  private static final Duration TIMEOUT = Duration.ofSeconds(35);

  private static final Set<String> THIS_MACHINE =
      Set.of("localhost", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]");

  /** Checks the bounds. */
  public ClientSettings {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    require(
        (scheme.equals("http") || scheme.equals("https"))
            && !host.isEmpty()
            && url.getRawUserInfo() == null
            && url.getRawQuery() == null
            && url.getRawFragment() == null,
        "server",
        "an address such as http://127.0.0.1:8080 or https://host:8443",
        withoutSecrets(url));
    if (token != null) {
      require(
          scheme.equals("https") || THIS_MACHINE.contains(host),
          "server",
          "an https address, or on this machine, to send a token to",
          withoutSecrets(url));
      require(
          !token.isBlank() && token.chars().allMatch(c -> c > ' ' && c < 127),
          "token",
          "one word of ASCII characters",
          "something else");
    }
    require(isPositive(connectTimeout), "connectTimeout", "above 0", connectTimeout);
    require(isPositive(timeout), "timeout", "above 0", timeout);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  /** A password in an address is no business of logs. */
  private static String withoutSecrets(URI url) {
    String shown = url.toString();
    return url.getRawUserInfo() == null ? shown : shown.replace(url.getRawUserInfo() + "@", "…@");
  }

  /**
   * The usual patience.
   *
   * @param url of the server, for example {@code http://127.0.0.1:8080}
   */
  public static ClientSettings of(String url) {
    try {
      return new ClientSettings(URI.create(url), null, CONNECT, TIMEOUT, RetryPolicy.DEFAULT, null);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "server must be an address such as http://127.0.0.1:8080 or https://host:8443, got "
              + url,
          e);
    }
  }

  /** The same with a token. */
  public ClientSettings withToken(@Nullable String newToken) {
    return new ClientSettings(url, newToken, connectTimeout, timeout, retry, trusted);
  }

  /** The same with another time for one attempt. */
  public ClientSettings withTimeout(Duration newTimeout) {
    return new ClientSettings(url, token, connectTimeout, newTimeout, retry, trusted);
  }

  /** The same with other attempts. */
  public ClientSettings withRetry(RetryPolicy newRetry) {
    return new ClientSettings(url, token, connectTimeout, timeout, newRetry, trusted);
  }

  /** The same with certificates of one's own. */
  public ClientSettings withTrusted(@Nullable Path newTrusted) {
    return new ClientSettings(url, token, connectTimeout, timeout, retry, newTrusted);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "ClientSettings[" + url + (token == null ? "" : ", with a token") + "]";
  }
}
