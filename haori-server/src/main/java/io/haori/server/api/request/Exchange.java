package io.haori.server.api.request;

import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Objects;
import java.util.UUID;

/** What all routes do with a request before and after their own work. */
public final class Exchange {
  /** Header of the name that a request has in answers and in the log. */
  public static final String REQUEST_ID = "X-Request-Id";

  private static final String ID = "haori.id";
  private static final String ACCOUNT = "haori.account";
  private static final String DRAIN = "haori.drain";
  private static final String BEGAN = "haori.began";

  private final Callers callers;

  /** With the callers of a registry. */
  public Exchange(Callers callers) {
    this.callers = callers;
  }

  /**
   * Gives a request its name, notes when it came, and counts it.
   *
   * @param drain counts those that are not answered yet
   */
  public static void begin(Context context, Drain drain) {
    String id = UUID.randomUUID().toString();
    context.attribute(ID, id);
    context.attribute(BEGAN, System.nanoTime());
    context.header(REQUEST_ID, id);
    drain.enter();
    context.attribute(DRAIN, drain);
  }

  /** A request was answered, well or not. */
  public static void end(Context context) {
    Drain drain = context.attribute(DRAIN);
    if (drain != null) {
      drain.leave();
    }
  }

  /** The name of a request. */
  public static String id(Context context) {
    return Objects.requireNonNullElse(context.attribute(ID), "");
  }

  /** Nanoseconds since a request came. */
  public static long nanoseconds(Context context) {
    Long began = context.attribute(BEGAN);
    return began == null ? 0 : System.nanoTime() - began;
  }

  /** The route that answers, as it is written in the documentation; empty where there is none. */
  public static String route(Context context) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null || endpoint.method.equals(HandlerType.BEFORE) ? "" : endpoint.path;
  }

  /** The account that asks; empty when it is not known yet, or never. */
  public static String account(Context context) {
    return Objects.requireNonNullElse(context.attribute(ACCOUNT), "");
  }

  /** Notes who asks, for the log. */
  public static void know(Context context, String account) {
    context.attribute(ACCOUNT, account);
  }

  /** Who asks. */
  public Caller caller(Context context) {
    Caller caller = callers.of(context.header("Authorization"));
    know(context, caller.account());
    return caller;
  }
}
