package io.haori.registry.access;

import io.haori.core.check.UserError;
import io.haori.registry.name.PlainText;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The tokens by which a registry in a database knows its users. Only their hashes are stored. */
public final class TokenTable {
  private static final RowMapper<Row> ROW =
      (row, context) ->
          new Row(
              new AccessToken(
                  row.getString("id"),
                  row.getString("account"),
                  Instant.ofEpochMilli(row.getLong("created")),
                  instant(row.getObject("expires")),
                  instant(row.getObject("revoked"))),
              row.getString("hash"),
              row.getString("scheme"));

  /** How secrets are hashed now; older rows say {@code argon2id}. */
  private static final String SHA_256 = "sha256";

  private TokenTable() {}

  /**
   * A token without its secret.
   *
   * @param id its public part
   * @param account whose it is
   * @param created when it was made
   * @param expires when it ends to be valid, null for never
   * @param revoked when it was taken back, null when it was not
   */
  public record AccessToken(
      String id,
      String account,
      Instant created,
      @Nullable Instant expires,
      @Nullable Instant revoked) {}

  private record Row(AccessToken token, String hash, String scheme) {
    boolean isOf(TokenSecret given) {
      return scheme.equals(SHA_256) ? given.matches(hash) : given.matchesArgon2(hash);
    }
  }

  /** One that is compared with when there is no row, so that an answer takes as long. */
  private static final String NOBODYS_HASH = "0".repeat(64);

  /**
   * Makes a token.
   *
   * @param handle of a change
   * @param random where its bits come from
   * @param account that exists
   * @param now when
   * @param validFor how long, null for ever
   * @return the token, which can be shown now and never again
   */
  public static TokenSecret create(
      Handle handle,
      SecureRandom random,
      String account,
      Instant now,
      @Nullable Duration validFor) {
    boolean known =
        handle
                .createQuery("SELECT COUNT(*) FROM account WHERE name = ?")
                .bind(0, account)
                .mapTo(Integer.class)
                .one()
            == 1;
    if (!known) {
      throw new UserError(
          "No account named "
              + PlainText.shown(account)
              + " in this registry; haori module grant gives it a role");
    }
    TokenSecret token = TokenSecret.create(random);
    handle.execute(
        "INSERT INTO access_token (id, account, hash, scheme, created, expires, revoked)"
            + " VALUES (?, ?, ?, ?, ?, ?, NULL)",
        token.id(),
        account,
        token.hash(),
        SHA_256,
        now.toEpochMilli(),
        validFor == null ? null : now.plus(validFor).toEpochMilli());
    return token;
  }

  /**
   * Who comes with a token.
   *
   * @param handle of a read
   * @param text as its owner gave it
   * @param now when
   * @return the account, and whether its hash is an old one
   * @throws UserError when the token is wrong, expired or revoked; the sentence says no secret
   */
  public static Known authenticate(Handle handle, String text, Instant now) {
    TokenSecret given = TokenSecret.parse(text);
    if (given == null) {
      throw new UserError("token must be of the form haori_ID_SECRET, got another text");
    }
    Optional<Row> row = find(handle, given.id());
    boolean right = row.isPresent() ? row.get().isOf(given) : given.matches(NOBODYS_HASH);
    if (row.isEmpty() || !right) {
      throw new UserError("token must be one that this registry gave, got " + given);
    }
    AccessToken token = row.get().token();
    if (token.revoked() != null) {
      throw new UserError("token " + given + " was revoked on " + day(token.revoked()));
    }
    if (token.expires() != null && !now.isBefore(token.expires())) {
      throw new UserError("token " + given + " expired on " + day(token.expires()));
    }
    return new Known(token.account(), !row.get().scheme().equals(SHA_256));
  }

  /**
   * Whom a token belongs to.
   *
   * @param account whose it is
   * @param slow whether its hash is an old one, which {@link #quicken} replaces
   */
  public record Known(String account, boolean slow) {}

  /**
   * Stores the present hash of a token that was just authenticated in place of an old one.
   *
   * @param handle of a change
   * @param text as its owner gave it
   */
  public static void quicken(Handle handle, String text) {
    TokenSecret given = TokenSecret.parse(text);
    if (given != null) {
      handle.execute(
          "UPDATE access_token SET hash = ?, scheme = ? WHERE id = ? AND scheme <> ?",
          given.hash(),
          SHA_256,
          given.id(),
          SHA_256);
    }
  }

  /**
   * Takes a token back.
   *
   * @param handle of a change
   * @param id its public part
   * @param now when
   * @return whose it was
   */
  public static String revoke(Handle handle, String id, Instant now) {
    AccessToken token =
        find(handle, id)
            .map(Row::token)
            .orElseThrow(
                () ->
                    new UserError(
                        "No token with the ID " + PlainText.shown(id) + " in this registry"));
    handle.execute(
        "UPDATE access_token SET revoked = ? WHERE id = ? AND revoked IS NULL",
        now.toEpochMilli(),
        id);
    return token.account();
  }

  /** All tokens, the newest last. */
  public static List<AccessToken> all(Handle handle) {
    return handle
        .createQuery("SELECT * FROM access_token ORDER BY created, id")
        .map(ROW)
        .map(Row::token)
        .list();
  }

  private static Optional<Row> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT * FROM access_token WHERE id = ?")
        .bind(0, id)
        .map(ROW)
        .findOne();
  }

  private static @Nullable Instant instant(@Nullable Object milliseconds) {
    return milliseconds instanceof Number number ? Instant.ofEpochMilli(number.longValue()) : null;
  }

  private static String day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }
}
