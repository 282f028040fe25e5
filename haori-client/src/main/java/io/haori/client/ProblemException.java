package io.haori.client;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that was not answered, in the words of the server (RFC 9457). The type says what to do:
 * change the request, ask for a role, ask later, or look into the server's log.
 */
public abstract sealed class ProblemException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final @Nullable String setting;
  private final @Nullable Duration retryAfter;
  private final String requestId;

  private ProblemException(Problem problem) {
    super(problem.detail());
    status = problem.status();
    title = problem.title();
    setting = problem.setting();
    retryAfter = problem.retryAfter();
    requestId = problem.requestId();
  }

  /**
   * What the server said.
   *
   * @param status of HTTP
   * @param title the same for all problems of a status
   * @param detail one sentence
   * @param setting what in the request is wrong; null where it is not one thing
   * @param retryAfter when it is worth another try; null where the server says nothing
   * @param requestId name of the request in the server's log; empty where there is none
   */
  record Problem(
      int status,
      String title,
      String detail,
      @Nullable String setting,
      @Nullable Duration retryAfter,
      String requestId) {}

  /** The exception for a problem. */
  static ProblemException of(Problem problem) {
    return switch (problem.status()) {
      case 401 -> new UnknownCaller(problem);
      case 403 -> new Forbidden(problem);
      case 404 -> new NotFound(problem);
      case 409 -> new Conflict(problem);
      case 413 -> new TooLarge(problem);
      case 429 -> new Busy(problem);
      case 502, 503, 504 -> new Unavailable(problem);
      default -> problem.status() < 500 ? new BadRequest(problem) : new ServerFault(problem);
    };
  }

  /** Status of HTTP. */
  public int status() {
    return status;
  }

  /** The same for all problems of a status. */
  public String title() {
    return title;
  }

  /** What in the request is wrong, for example {@code input[2]}, where it is one thing. */
  public Optional<String> setting() {
    return Optional.ofNullable(setting);
  }

  /** When it is worth another try, where the server says so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Name of the request in the server's log; empty where there is none. */
  public String requestId() {
    return requestId;
  }

  /** The request is wrong: 400, and all others of this kind that have no type. */
  public static final class BadRequest extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private BadRequest(Problem problem) {
      super(problem);
    }
  }

  /** The token is missing, wrong, or taken back: 401. */
  public static final class UnknownCaller extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private UnknownCaller(Problem problem) {
      super(problem);
    }
  }

  /** The account lacks the role: 403. */
  public static final class Forbidden extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private Forbidden(Problem problem) {
      super(problem);
    }
  }

  /** No such module, version or route: 404. */
  public static final class NotFound extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private NotFound(Problem problem) {
      super(problem);
    }
  }

  /** Not possible in this state, for example a retired version: 409. */
  public static final class Conflict extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private Conflict(Problem problem) {
      super(problem);
    }
  }

  /** More than the server reads: 413. */
  public static final class TooLarge extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private TooLarge(Problem problem) {
      super(problem);
    }
  }

  /** As much work as the server takes, also after all attempts: 429. */
  public static final class Busy extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private Busy(Problem problem) {
      super(problem);
    }
  }

  /** Not possible at present, also after all attempts: 502, 503, 504. */
  public static final class Unavailable extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private Unavailable(Problem problem) {
      super(problem);
    }
  }

  /** A fault of the server; its log says more under {@link #requestId}. */
  public static final class ServerFault extends ProblemException {
    @Serial private static final long serialVersionUID = 1L;

    private ServerFault(Problem problem) {
      super(problem);
    }
  }
}
