package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import io.haori.registry.access.GrantedRole;
import io.haori.registry.access.IssuedToken;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.name.NamePattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may do what, and the tokens by which people come in: in the hands of admins. */
public final class PeopleScreen {
  private static final int MOST_TOKENS = 500;

  /** Of a server. */
  public PeopleScreen() {}

  /**
   * A role that an account has.
   *
   * @param account whose
   * @param role which
   * @param pattern for modules of these names
   * @param since when it was given; empty where the log does not know
   * @param by who gave it; empty where the log does not know
   */
  public record RoleRow(String account, String role, String pattern, String since, String by) {
    static RoleRow of(RoleGrant grant, @Nullable Instant since, @Nullable String by) {
      return new RoleRow(
          grant.account(),
          grant.role().word(),
          grant.pattern().text(),
          since == null ? "" : Words.moment(since).text(),
          Objects.requireNonNullElse(by, ""));
    }
  }

  /**
   * A token without its secret.
   *
   * @param id its public part
   * @param account whose it is
   * @param created when it was made
   * @param expires when it ends; empty for never
   * @param revoked whether it was taken back
   */
  public record TokenRow(
      String id, String account, Words.Moment created, String expires, boolean revoked) {
    static TokenRow of(IssuedToken one) {
      Instant expires = one.token().expires();
      return new TokenRow(
          one.token().id(),
          one.token().account(),
          Words.moment(one.token().created()),
          expires == null ? "" : Words.moment(expires).text(),
          one.token().revoked() != null);
    }
  }

  /** Shows it. */
  public void show(Visit visit) {
    visit.show("people", model(visit, ""));
  }

  private static Map<String, Object> model(Visit visit, String problem) {
    boolean isAdmin = visit.caller().may(Role.ADMIN, null);
    boolean hasTokens = visit.registry().location().isPostgres();
    Map<String, Object> model = new HashMap<>();
    model.put("isAdmin", isAdmin);
    model.put("hasTokens", hasTokens);
    model.put(
        "own", visit.caller().grants().stream().map(one -> RoleRow.of(one, null, null)).toList());
    model.put("roles", isAdmin ? roles(visit) : List.of());
    model.put("tokens", isAdmin && hasTokens ? tokens(visit) : List.of());
    model.put("rules", isAdmin ? rules(visit) : List.of());
    model.put("problem", problem);
    boolean again = !problem.isEmpty();
    model.put("formAccount", again ? visit.field("account") : "");
    model.put("formRole", again ? visit.field("role") : "");
    model.put("formPattern", again ? visit.field("pattern") : "*");
    model.put("secret", "");
    model.put("tokenAccount", "");
    model.put("done", visit.parameter("done"));
    model.put("here", "/people");
    return model;
  }

  private static List<RoleRow> roles(Visit visit) {
    return visit.registry().access().grantedRoles().stream()
        .map((GrantedRole one) -> RoleRow.of(one.grant(), one.since(), one.by()))
        .toList();
  }

  private static List<TokenRow> tokens(Visit visit) {
    return visit.registry().access().issuedTokens().stream()
        .limit(MOST_TOKENS)
        .map(TokenRow::of)
        .toList();
  }

  private static List<AskedRule> rules(Visit visit) {
    List<AskedRule> rows = new ArrayList<>();
    for (ApprovalRule rule : visit.registry().lifeCycle().rules()) {
      rows.add(AskedRule.of(rule, "", false));
    }
    for (NamePattern pattern : visit.registry().lifeCycle().fourEyes()) {
      rows.add(AskedRule.fourEyes(pattern, "", false));
    }
    return rows;
  }

  /** Sets what approval asks for. */
  public void rule(Visit visit) {
    change(
        visit,
        "rule",
        () -> {
          NamePattern pattern = pattern(visit);
          if (!visit.field("fourEyes").isEmpty()) {
            visit.registry().lifeCycle().setFourEyes(pattern, true);
          }
          if (!visit.field("data").isEmpty()) {
            visit
                .registry()
                .lifeCycle()
                .setRule(
                    new ApprovalRule(
                        pattern,
                        visit.field("data"),
                        "test",
                        visit.field("metric"),
                        number(visit.field("atLeast")),
                        null));
          } else if (visit.field("fourEyes").isEmpty()) {
            throw new UserError("data must be the name of data, got nothing");
          }
        });
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserError("bound must be a number, got " + (text.isEmpty() ? "nothing" : text), e);
    }
  }

  /** Removes what approval asks for. */
  public void dropRule(Visit visit) {
    change(visit, "ruleDropped", () -> visit.registry().lifeCycle().dropRules(pattern(visit)));
  }

  private static NamePattern pattern(Visit visit) {
    String pattern = visit.field("pattern");
    return pattern.isEmpty() ? NamePattern.ALL : new NamePattern(pattern);
  }

  /** Gives a role. */
  public void grant(Visit visit) {
    change(visit, "granted", () -> visit.registry().access().give(grantOf(visit)));
  }

  /** Takes a role away. */
  public void revoke(Visit visit) {
    change(visit, "revoked", () -> visit.registry().access().take(grantOf(visit)));
  }

  private static RoleGrant grantOf(Visit visit) {
    return new RoleGrant(visit.field("account"), Role.parse(visit.field("role")), pattern(visit));
  }

  /** Makes a token, which is shown once. */
  public void token(Visit visit) {
    String account = visit.field("account");
    TokenSecret made;
    try {
      made = visit.registry().access().createToken(account, days(visit.field("days")));
    } catch (UserError e) {
      refuse(visit, e);
      return;
    }
    Map<String, Object> model = model(visit, "");
    model.put("secret", made.text());
    model.put("tokenAccount", account);
    visit.show("people", model);
  }

  private static @Nullable Integer days(String text) {
    try {
      return text.isEmpty() ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UserError("days must be a whole number, got " + text, e);
    }
  }

  /** Takes a token back. */
  public void revokeToken(Visit visit) {
    change(visit, "tokenRevoked", () -> visit.registry().access().revokeToken(visit.field("id")));
  }

  private static void change(Visit visit, String done, Runnable attempt) {
    try {
      attempt.run();
    } catch (UserError e) {
      refuse(visit, e);
      return;
    }
    visit.continueAt("/people?done=" + done);
  }

  private static void refuse(Visit visit, UserError e) {
    String sentence = Objects.requireNonNullElse(e.getMessage(), "");
    if (e.kind() == UserError.Kind.ROLE) {
      throw e;
    }
    visit.context().status(400);
    visit.show("people", model(visit, sentence));
  }
}
