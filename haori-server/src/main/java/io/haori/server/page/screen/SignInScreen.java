package io.haori.server.page.screen;

import io.haori.server.page.session.FailedSignIns;
import io.haori.server.page.session.SessionCookies;
import io.haori.server.page.session.SignInLink;
import io.haori.server.problem.Refused;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Objects;

/** Lets people in: the operator by the link that the server prints, others by their token. */
public final class SignInScreen {
  private final Visits visits;
  private final SessionCookies cookies;
  private final SignInLink link;
  private final FailedSignIns failed;
  private final boolean takesTokens;

  /**
   * Of a server.
   *
   * @param visits show pages
   * @param cookies sign browsers in
   * @param link of the operator
   * @param failed slows guesses down
   * @param takesTokens whether the registry has any
   */
  public SignInScreen(
      Visits visits,
      SessionCookies cookies,
      SignInLink link,
      FailedSignIns failed,
      boolean takesTokens) {
    this.visits = visits;
    this.cookies = cookies;
    this.link = link;
    this.failed = failed;
    this.takesTokens = takesTokens;
  }

  /** Uses the link up when its secret comes along; otherwise asks for a token. */
  public void show(Context context) {
    String secret = context.queryParam("token");
    if (secret == null) {
      form(context, "");
      return;
    }
    requirePatience(context);
    if (!link.use(secret)) {
      failed.add(context.ip());
      throw Refused.forbidden(
          "The link is not valid any more: it lets in once; the server prints a new one then");
    }
    cookies.begin(context, null);
    visits.comeAgain(context, "signIn.done", "/");
  }

  private void form(Context context, String problem) {
    visits.show(
        context,
        null,
        "sign-in",
        Map.of("takesTokens", takesTokens, "problem", problem, "here", "/sign-in"));
  }

  /** Signs somebody in who has a token of the registry. */
  public void signIn(Context context) {
    Visits.requireSameSite(context);
    requirePatience(context);
    if (!takesTokens) {
      throw Refused.forbidden("This registry has no tokens; the server prints a link to sign in");
    }
    String token = Objects.requireNonNullElse(context.formParam("token"), "").strip();
    try {
      cookies.begin(context, token);
    } catch (Refused e) {
      failed.add(context.ip());
      context.status(403);
      form(context, Objects.requireNonNullElse(e.getMessage(), ""));
      return;
    }
    visits.redirect(context, "/");
  }

  private void requirePatience(Context context) {
    if (failed.mustWait(context.ip())) {
      throw Refused.busy(
          "Too many attempts to sign in from this address: wait a minute",
          (int) FailedSignIns.WINDOW.toSeconds());
    }
  }

  /** Signs somebody out. */
  public void signOut(Visit visit) {
    cookies.end(visit.context());
    visit.continueAt("/sign-in");
  }
}
