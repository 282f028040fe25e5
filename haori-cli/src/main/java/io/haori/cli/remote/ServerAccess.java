package io.haori.cli.remote;

import static io.haori.core.check.Check.require;

import io.haori.cli.session.CommandContext;
import io.haori.client.ClientSettings;
import io.haori.client.HaoriClient;
import io.haori.client.RetryPolicy;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a server is asked: with which token, and whom it is trusted by. */
public final class ServerAccess {
  /** Whoever mistypes an address does not wait for long. */
  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(100), RetryPolicy.DEFAULT.longest());

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with the token for the registry of --server (default: what HAORI_TOKEN says).")
  @Nullable Path tokenFile;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description =
          "Certificates in PEM that are trusted for --server (default: those of this Java).")
  @Nullable Path trust;

  /** Refuses what has no use without a server. */
  public void check(@Nullable String server) {
    if (server == null) {
      require(tokenFile == null, "--token-file", "given with --server", tokenFile + "");
      require(trust == null, "--trust", "given with --server", trust + "");
    }
  }

  /**
   * A client.
   *
   * @param server its address
   * @param context whose environment may have the token
   */
  public HaoriClient client(String server, CommandContext context) {
    return new HaoriClient(
        ClientSettings.of(server).withToken(token(context)).withTrusted(trust).withRetry(RETRY));
  }

  private @Nullable String token(CommandContext context) {
    if (tokenFile == null) {
      String token = context.environment().get("HAORI_TOKEN");
      return token == null || token.isBlank() ? null : token.strip();
    }
    try {
      String token = Files.readString(tokenFile).strip();
      if (token.isEmpty()) {
        throw new UserError(tokenFile + ": must hold a token");
      }
      return token;
    } catch (IOException e) {
      throw FileFailures.unreadable(tokenFile, e);
    }
  }
}
