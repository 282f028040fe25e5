package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import io.haori.core.language.Language;
import io.haori.registry.Registry;
import io.haori.server.api.request.Exchange;
import io.haori.server.auth.Callers;
import io.haori.server.page.render.Templates;
import io.haori.server.page.session.SessionCookies;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How every screen is reached: who is signed in, in which language, and what a failure shows. */
public final class Visits {
  /**
   * What every page may load: files of this server alone, and no script or style within it; the
   * pictures that it shows are within it.
   */
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'; object-src 'none'";

  private static final Logger LOG = LoggerFactory.getLogger(Visits.class);
  private static final String LANGUAGE_COOKIE = "haori-language";
  private static final String LANGUAGE_PARAMETER = "lang";
  private static final String SEEN_LANGUAGE = "haori.language";
  private static final int YEAR_SECONDS = 31_536_000;

  /** Longer forms that are refused are not read to their end, nor for longer. */
  private static final long MOST_DISCARDED = 64L << 20;

  private static final Duration DISCARDING = Duration.ofSeconds(10);
  private static final int PART = 1 << 16;

  private final SessionCookies cookies;
  private final Callers callers;
  private final Registry registry;
  private final Templates templates;

  /**
   * Visits of one server.
   *
   * @param cookies say who is signed in
   * @param callers what they may do
   * @param registry whose views they get
   * @param templates write pages
   */
  public Visits(SessionCookies cookies, Callers callers, Registry registry, Templates templates) {
    this.cookies = cookies;
    this.callers = callers;
    this.registry = registry;
    this.templates = templates;
  }

  /** What answers somebody who is signed in. */
  @FunctionalInterface
  public interface Screen {
    /** Answers. */
    void answer(Visit visit);
  }

  /** A page for who is signed in; others come to the sign-in page. */
  public Handler page(Screen screen) {
    return open(
        context -> {
          Optional<Visit> visit = visit(context);
          if (visit.isPresent()) {
            screen.answer(visit.get());
          } else if (isFromElsewhere(context)) {
            comeAgain(context);
          } else {
            redirect(context, "/sign-in");
          }
        });
  }

  private static boolean isFromElsewhere(Context context) {
    String site = context.header("Sec-Fetch-Site");
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }

  /** Has a browser that followed a link of another site come once more, then with its cookie. */
  private void comeAgain(Context context) {
    String query = context.queryString();
    String address = context.path() + (query == null ? "" : "?" + query);
    comeAgain(context, "page.continues", address);
  }

  /**
   * Has a browser come to a page by itself. Not a redirect: one that came from elsewhere would not
   * send its cookie along.
   *
   * @param context of its request
   * @param title key of the words that it shows meanwhile
   * @param address of the page
   */
  void comeAgain(Context context, String title, String address) {
    show(context, null, "continue", Map.of("title", title, "address", address));
  }

  /** A form of who is signed in, sent from a page of their session. */
  public Handler form(Screen screen) {
    return open(context -> screen.answer(sent(context)));
  }

  /**
   * A form with a file.
   *
   * @param most bytes that the whole form may have
   * @param screen answers
   */
  public Handler upload(long most, Screen screen) {
    return open(
        context -> {
          long length = context.req().getContentLengthLong();
          if (length < 0) {
            throw new UserError("Content-Length must be the length of the form, got nothing");
          }
          if (length > most) {
            discard(context, length);
            throw Refused.tooManyBytes("The form with its file", most);
          }
          screen.answer(sent(context));
        });
  }

  /**
   * Reads a form that is refused to its end where that is near: a browser whose connection is
   * closed while it sends shows an error of its own in place of the answer.
   */
  private static void discard(Context context, long length) {
    if (length > MOST_DISCARDED) {
      return;
    }
    long end = System.nanoTime() + DISCARDING.toNanos();
    byte[] part = new byte[PART];
    try (InputStream in = context.req().getInputStream()) {
      for (int count = 0; count >= 0 && System.nanoTime() < end; ) {
        count = in.read(part);
      }
    } catch (IOException e) {
      LOG.debug("A form that is too large did not come whole", e);
    }
  }

  private Visit sent(Context context) {
    requireSameSite(context);
    return visit(context)
        .filter(one -> one.session().isOwnForm(context.formParam("csrf")))
        .orElseThrow(
            () ->
                Refused.forbidden(
                    "The form must come from a page of this session; open the page again and send"
                        + " it from there"));
  }

  /** A page for everybody, with the headers and the failures of all pages. */
  public Handler open(Handler handler) {
    return context -> {
      headers(context);
      try {
        keepLanguage(context);
        handler.handle(context);
      } catch (HttpResponseException e) {
        fail(context, Problem.of(e.getStatus(), String.valueOf(e.getMessage())));
      } catch (Exception e) {
        // Checked ones, too: Jetty reads a form with a file while it is asked for.
        Problem problem = Problem.of(e);
        if (problem.status() >= 500) {
          LOG.error("Request {} failed", Exchange.id(context), Problem.cause(e));
        }
        fail(context, problem);
      }
    };
  }

  private static void headers(Context context) {
    context.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("X-Frame-Options", "DENY");
    context.header("Referrer-Policy", "same-origin");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cache-Control", "no-store");
  }

  /** Refuses what a page of another site sends. */
  static void requireSameSite(Context context) {
    if (isFromElsewhere(context)) {
      throw Refused.forbidden("The form must come from a page of this server");
    }
  }

  private Optional<Visit> visit(Context context) {
    return cookies
        .find(context)
        .map(
            one -> {
              Exchange.know(context, one.caller().account());
              return new Visit(
                  this,
                  context,
                  one.session(),
                  one.caller(),
                  registry.as(one.caller().account()),
                  callers);
            });
  }

  /** The language of a tag; null where there is none. */
  private static @Nullable Language spoken(@Nullable String tag) {
    return tag == null ? null : Language.ofTag(tag).orElse(null);
  }

  private void keepLanguage(Context context) {
    Language chosen = spoken(context.queryParam(LANGUAGE_PARAMETER));
    if (chosen != null) {
      cookies.put(context, LANGUAGE_COOKIE, chosen.tag(), YEAR_SECONDS);
    }
    Language kept = chosen == null ? spoken(context.cookie(LANGUAGE_COOKIE)) : chosen;
    context.attribute(
        SEEN_LANGUAGE, kept == null ? Language.accepted(context.header("Accept-Language")) : kept);
  }

  Language language(Context context) {
    return Objects.requireNonNullElse(context.attribute(SEEN_LANGUAGE), Language.ENGLISH);
  }

  /** Shows a failure as a page; with a session, one from which it goes on. */
  private void fail(Context context, Problem problem) {
    context.status(problem.status());
    if (problem.retrySeconds() > 0) {
      context.header("Retry-After", String.valueOf(problem.retrySeconds()));
    }
    if (context.header("HX-Request") != null) {
      // In the place of all that is shown, not of the part that was asked for.
      context.header("HX-Retarget", "main");
      context.header("HX-Reselect", "main");
      context.header("HX-Reswap", "outerHTML");
    }
    Visit visit = problem.status() >= 500 ? null : visit(context).orElse(null);
    show(
        context,
        visit,
        "problem",
        Map.of("status", problem.status(), "sentence", problem.detail(), "here", "/"));
  }

  /**
   * Answers with a page.
   *
   * @param context of the request
   * @param visit null for who is not signed in
   * @param template name
   * @param model its values; {@code here} in place of the request's own address
   */
  void show(Context context, @Nullable Visit visit, String template, Map<String, Object> model) {
    Map<String, Object> all = new HashMap<>();
    all.put("account", visit == null ? "" : visit.caller().account());
    all.put("csrf", visit == null ? "" : visit.session().formToken());
    all.put("languages", languages(context, (String) model.get("here")));
    all.putAll(model);
    context.header("Content-Language", language(context).tag());
    context.html(templates.write(template, language(context), all));
  }

  /**
   * A link to the same page in a language.
   *
   * @param tag of the language
   * @param name in its own words
   * @param address of the page
   * @param current whether it is the one that is shown
   */
  public record LanguageLink(String tag, String name, String address, boolean current) {}

  private List<LanguageLink> languages(Context context, @Nullable String here) {
    StringBuilder query = new StringBuilder();
    if (here == null) {
      context
          .queryParamMap()
          .forEach(
              (name, values) -> {
                if (!name.equals(LANGUAGE_PARAMETER) && !values.isEmpty()) {
                  query
                      .append(encoded(name))
                      .append('=')
                      .append(encoded(values.get(0)))
                      .append('&');
                }
              });
    }
    String address = (here == null ? context.path() : here) + "?" + query + LANGUAGE_PARAMETER;
    List<LanguageLink> links = new ArrayList<>();
    for (Language language : Language.values()) {
      links.add(
          new LanguageLink(
              language.tag(),
              language.ownName(),
              address + "=" + language.tag(),
              language == language(context)));
    }
    return links;
  }

  /** A part of an address. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Sends a browser to another page; one that asked for a part of a page loads all of it. */
  void redirect(Context context, String address) {
    if (context.header("HX-Request") != null) {
      context.header("HX-Redirect", address).status(HttpStatus.OK);
    } else {
      context.redirect(address, HttpStatus.SEE_OTHER);
    }
  }
}
