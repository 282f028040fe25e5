package io.haori.server.problem;

import io.haori.core.check.UserError;
import java.io.Serial;

/**
 * A request that is not answered, with the status that says why. A mistake in the request itself is
 * a {@link io.haori.core.check.UserError}, which becomes the status 400; everything else that is
 * not our fault is one of these.
 */
public final class Refused extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private static final long MEGABYTE = 1 << 20;

  private final int status;
  private final int retrySeconds;

  private Refused(int status, String sentence, int retrySeconds) {
    super(sentence, null, false, false);
    this.status = status;
    this.retrySeconds = retrySeconds;
  }

  /** Nobody says who comes: 401. */
  public static Refused unknownCaller(String sentence) {
    return new Refused(401, sentence, 0);
  }

  /** Who comes may not do that: 403. */
  public static Refused forbidden(String sentence) {
    return new Refused(403, sentence, 0);
  }

  /** There is no such module, version or page: 404. */
  public static Refused absent(String sentence) {
    return new Refused(404, sentence, 0);
  }

  /** The request comes too slowly: 408. */
  public static Refused tooSlow(String sentence) {
    return new Refused(408, sentence, 0);
  }

  /** It is there but in a state in which this cannot be done: 409. */
  public static Refused conflict(String sentence) {
    return new Refused(409, sentence, 0);
  }

  /** The request is larger than the server reads: 413. */
  public static Refused tooLarge(String sentence) {
    return new Refused(413, sentence, 0);
  }

  /**
   * The same of bytes.
   *
   * @param what is too large, as the subject of the sentence
   * @param most bytes of it; whole MB are said as such
   */
  public static Refused tooManyBytes(String what, long most) {
    return tooLarge(
        most % MEGABYTE == 0
            ? what + " must have at most " + most / MEGABYTE + " MB"
            : what + " must have at most " + most + " bytes");
  }

  /**
   * The server has as much work as it takes: 429.
   *
   * @param sentence for the user
   * @param retrySeconds after which it is worth another try; at least 1
   */
  public static Refused busy(String sentence, int retrySeconds) {
    return new Refused(429, sentence, retrySeconds);
  }

  /**
   * It cannot be answered at present: 503.
   *
   * @param sentence for the user
   * @param retrySeconds after which it is worth another try; 0 when waiting does not help
   */
  public static Refused unavailable(String sentence, int retrySeconds) {
    return new Refused(503, sentence, retrySeconds);
  }

  /** The registry's database does not answer: 503. */
  public static Refused registryAway() {
    return unavailable(RegistryAway.SENTENCE, RegistryAway.RETRY);
  }

  /**
   * The words of another process that could not do what it was asked.
   *
   * @param sentence of it, for the user
   * @return 507 where it says that the disk is full; else the user's mistake, 400
   */
  public static RuntimeException reported(String sentence) {
    return FullDisk.isReported(sentence)
        ? new Refused(507, FullDisk.SENTENCE, 0)
        : new UserError(sentence);
  }

  /** HTTP's status. */
  public int status() {
    return status;
  }

  /** Seconds after which it is worth another try; 0 when waiting does not help. */
  public int retrySeconds() {
    return retrySeconds;
  }
}
