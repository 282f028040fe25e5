package io.haori.server.api;

import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.problem.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every failure with the body of RFC 9457, its words in the language that the request's
 * {@code Accept-Language} asks for. A fault of ours is in the log, not in it.
 */
public final class ProblemAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

  private ProblemAnswers() {}

  /** Adds them. */
  public static void addTo(RoutesConfig routes) {
    routes.exception(
        HttpResponseException.class, (e, context) -> answer(context, ofHttp(e, context)));
    routes.exception(Exception.class, (e, context) -> answer(context, e));
  }

  private static Problem ofHttp(HttpResponseException e, Context context) {
    String asked = context.method() + " " + context.path();
    return switch (e.getStatus()) {
      case 404 -> Problem.of(404, "Nothing is at " + asked);
      case 405 -> Problem.of(405, "Another method is answered here, got " + asked);
      default -> Problem.of(e.getStatus(), String.valueOf(e.getMessage()));
    };
  }

  private static void answer(Context context, Throwable failure) {
    Problem problem = Problem.of(failure);
    if (problem.status() == 500) {
      LOG.error("Request {} failed", Exchange.id(context), Problem.cause(failure));
    } else if (problem.status() == 507) {
      LOG.warn("Request {}: {}", Exchange.id(context), Problem.cause(failure).getMessage());
    }
    answer(context, problem);
  }

  /** Writes a problem. */
  public static void answer(Context context, Problem problem) {
    Language language = Language.accepted(context.header("Accept-Language"));
    context
        .status(problem.status())
        .contentType(Problem.TYPE)
        .header("Content-Language", language.tag())
        .result(Json.bytes(problem.body(Catalogue.of(language))));
    if (problem.retrySeconds() > 0) {
      context.header("Retry-After", String.valueOf(problem.retrySeconds()));
    }
    if (problem.status() == 401) {
      context.header("WWW-Authenticate", "Bearer");
    }
  }
}
