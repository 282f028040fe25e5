package io.haori.cli.federate;

import io.haori.cli.session.Session;
import io.haori.client.Federation;
import io.haori.client.ProblemException;
import io.haori.client.UnreachableException;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.training.federated.UpdateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The rounds of a federation on a server, whose problems are mistakes of the user's. */
final class RoundServer implements AutoCloseable {
  private final Federation federation;
  private final Path temporary;

  private RoundServer(Federation federation, Path temporary) {
    this.federation = federation;
    this.temporary = temporary;
  }

  /**
   * Asks a server.
   *
   * @param session whose environment may have the token
   * @param options name the server
   * @param name of the federation on it
   */
  static RoundServer open(Session session, RoundOptions options, String name) {
    UpdateFile.requireName("ROUND", name);
    Federation federation = options.client(session).federation(name);
    try {
      return new RoundServer(federation, Files.createTempDirectory("haori-federate-"));
    } catch (IOException e) {
      throw FileFailures.unwritable(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  /** The newest round as a folder, until this is closed. */
  Path round() {
    return write(Federation::download, temporary.resolve("round"));
  }

  /** What was collected last in a secure round as a file, until this is closed. */
  Path collected() {
    return write(Federation::downloadCollected, temporary.resolve("collected"));
  }

  /**
   * Writes what the server has.
   *
   * @param what it is
   * @param place where it is written
   */
  Path write(BiConsumer<Federation, Path> what, Path place) {
    return asked(
        () -> {
          what.accept(federation, place);
          return place;
        });
  }

  /** Something that is asked. */
  interface Question<T> {
    /** The server's answer. */
    T of(Federation federation);
  }

  /** The answer to a question. */
  <T> T ask(Question<T> question) {
    return asked(() -> question.of(federation));
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (ProblemException e) {
      throw new UserError(
          "The server refuses: " + Objects.requireNonNullElse(e.getMessage(), ""), e);
    } catch (UnreachableException e) {
      throw new UserError(
          "--server must answer: " + Objects.requireNonNullElse(e.getMessage(), ""), e);
    }
  }

  @Override
  public void close() {
    AtomicFiles.delete(temporary);
  }
}
