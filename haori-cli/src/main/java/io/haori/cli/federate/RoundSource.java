package io.haori.cli.federate;

import io.haori.cli.session.Session;
import io.haori.client.FederatedRound;
import io.haori.client.Federation;
import io.haori.core.check.UserError;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a site has its round from: a folder, or a server under the folder's name, where it also
 * hands in what it has to say.
 */
final class RoundSource implements AutoCloseable {
  private final Session session;
  private final @Nullable RoundServer server;
  private final Path folder;
  private final String shown;

  private RoundSource(Session session, @Nullable RoundServer server, Path folder, String shown) {
    this.session = session;
    this.server = server;
    this.folder = folder;
    this.shown = shown;
  }

  /**
   * The round of a command.
   *
   * @param session whose console says what was handed in
   * @param options name the server, if any
   * @param round a folder, or a name on the server
   */
  static RoundSource open(Session session, RoundOptions options, Path round) {
    if (options.server == null) {
      return new RoundSource(session, null, round, "");
    }
    RoundServer server = RoundServer.open(session, options, round.toString());
    try {
      return new RoundSource(session, server, server.round(), round + " of " + options.server);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** The round's folder. */
  Path folder() {
    return folder;
  }

  /**
   * What was collected in a secure round.
   *
   * @param given by the user; null for none
   * @return what the server has where none was given and there is a server; null for none
   */
  @Nullable Path collected(@Nullable Path given) {
    return given == null && server != null ? server.collected() : given;
  }

  /**
   * Refuses, before anything is computed, what a server would not take of a site now.
   *
   * @param site its name
   * @param kind what it is to hand in, as the server names it
   */
  void requireAwaits(String site, String kind) {
    if (server == null) {
      return;
    }
    FederatedRound round = server.ask(Federation::newest);
    if (round.handedIn().stream()
        .anyMatch(one -> one.site().equals(site) && one.kind().equals(kind))) {
      throw new UserError(
          "The server has the "
              + kind
              + " of the site "
              + site
              + " for round "
              + round.number()
              + " already; the next round begins when this one is merged");
    }
    if (!round.awaited().equals(kind)) {
      throw new UserError(
          "Round "
              + round.number()
              + " of "
              + round.name()
              + " waits for "
              + round.awaited()
              + ", not for "
              + kind);
    }
  }

  /** Hands a file in where there is a server. */
  void handIn(Path file) {
    if (server != null) {
      server.ask(federation -> federation.handIn(file));
      session.console().out().println("Handed in to " + shown + ".");
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
