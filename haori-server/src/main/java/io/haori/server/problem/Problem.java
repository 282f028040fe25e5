package io.haori.server.problem;

import io.haori.core.check.UserError;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is none, as RFC 9457 wants it.
 *
 * @param status of HTTP
 * @param title the same for all problems of this status
 * @param detail one sentence about this one
 * @param setting what in the request is wrong, for example {@code input[2]}; null where it is not
 *     one thing
 * @param retrySeconds after which it is worth another try; 0 when waiting does not help
 */
public record Problem(
    int status, String title, String detail, @Nullable String setting, int retrySeconds) {
  /** The content type of the body. */
  public static final String TYPE = "application/problem+json";

  /** What {@link #of} says of a fault of ours, whose details are in the log alone. */
  public static final String FAULT = "The server failed; its log says more";

  private static final String MUST_BE = " must be ";
  private static final int LONGEST_SETTING = 80;

  /** A problem without a setting. */
  public static Problem of(int status, String detail) {
    return new Problem(status, title(status), detail, null, 0);
  }

  /**
   * What to answer for a failure.
   *
   * @param failure of the user, of the moment, or of ours
   */
  public static Problem of(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof Refused refused) {
      String sentence = Objects.requireNonNullElse(refused.getMessage(), "");
      return new Problem(
          refused.status(), title(refused.status()), sentence, null, refused.retrySeconds());
    }
    if (FullDisk.caused(cause)) {
      return of(507, FullDisk.SENTENCE);
    }
    if (RegistryAway.caused(cause)) {
      return of(Refused.registryAway());
    }
    if (cause instanceof UserError wrong) {
      String sentence = Objects.requireNonNullElse(wrong.getMessage(), "");
      int status =
          switch (wrong.kind()) {
            case INPUT -> 400;
            case ROLE -> 403;
            case ABSENT -> 404;
            case STATE -> 409;
          };
      return new Problem(
          status, title(status), sentence, status == 400 ? setting(sentence) : null, 0);
    }
    if (cause instanceof TimeoutException) {
      return new Problem(
          503, title(503), "The answer did not come within the server's deadline", null, 1);
    }
    return isDamagedBody(cause)
        ? of(400, "The body must come whole, got a damaged one")
        : of(500, FAULT);
  }

  /** Whether Jetty could not read what was sent, for example a form that was cut. */
  private static boolean isDamagedBody(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof HttpException http && http.getCode() == 400) {
        return true;
      }
    }
    return false;
  }

  /** The failure itself, without what futures put around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** {@code input[2]} of {@code input[2] must be a text, got 3}. */
  private static @Nullable String setting(String sentence) {
    int end = sentence.indexOf(MUST_BE);
    if (end > 0 && sentence.charAt(end - 1) == ':') {
      // What is wrong with a file that was sent is said as of a place.
      end--;
    }
    return end > 0 && end <= LONGEST_SETTING ? sentence.substring(0, end) : null;
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "The request is wrong";
      case 401 -> "Who asks is not known";
      case 403 -> "Not allowed";
      case 404 -> "Not found";
      case 405 -> "The method is not allowed here";
      case 408 -> "The request comes too slowly";
      case 409 -> "Not possible in this state";
      case 413 -> "The request is too large";
      case 429 -> "Too many requests";
      case 503 -> "Not available at present";
      case 507 -> "The server has no room for it";
      default -> "The server failed";
    };
  }

  /** The members of the body in their order, in English. */
  public Map<String, Object> body() {
    return body(Catalogue.of(Language.ENGLISH));
  }

  /**
   * The members of the body in their order.
   *
   * @param words says the title and the detail; the setting's name stays as it is
   */
  public Map<String, Object> body(Catalogue words) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", words.text(title));
    body.put("status", status);
    body.put("detail", words.text(detail));
    if (setting != null) {
      body.put("setting", setting);
    }
    return body;
  }
}
