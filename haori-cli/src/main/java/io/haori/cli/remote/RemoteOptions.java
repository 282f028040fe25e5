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

/** Which server is asked, if any. */
public final class RemoteOptions {
  /** Whoever mistypes an address does not wait for long. */
  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(100), RetryPolicy.DEFAULT.longest());

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "A Haori server that answers in place of a base in this process; --adapter names one of"
              + " its modules then, such as food@live (default: none).")
  public @Nullable String server;

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

  /** Refuses options that a server has no use for, before anything is read. */
  public void check() {
    if (server == null) {
      require(tokenFile == null, "--token-file", "given with --server", tokenFile + "");
      require(trust == null, "--trust", "given with --server", trust + "");
    }
  }

  /**
   * Refuses an option that only a base in this process knows.
   *
   * @param name of the option
   * @param value null where it was not given
   */
  public void refuse(String name, @Nullable Object value) {
    require(server == null || value == null, name, "left out with --server", value + "");
  }

  /**
   * Asks the server.
   *
   * @param context whose environment may have the token
   */
  public RemoteModels open(CommandContext context) {
    if (server == null) {
      throw new IllegalStateException("no --server");
    }
    ClientSettings settings =
        ClientSettings.of(server).withToken(token(context)).withTrusted(trust).withRetry(RETRY);
    return new RemoteModels(new HaoriClient(settings));
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
