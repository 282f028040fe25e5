package io.haori.client;

import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderZip;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The rounds of sites that learn together, on a server under one name. What is asked fails as
 * {@link HaoriClient} says; files that are written here are written whole or not at all.
 */
public final class Federation {
  private static final long MOST_BYTES = 1L << 32;

  private final Transport transport;
  private final String path;

  Federation(Transport transport, String encodedName) {
    this.transport = transport;
    path = "/v1/rounds/" + encodedName;
  }

  /** The newest round. */
  public FederatedRound newest() {
    return Answers.round(transport.get(path));
  }

  /**
   * Begins with a round that {@code haori federate init} has made.
   *
   * @param folder of the round
   * @throws ProblemException.Conflict when the server has rounds of this name already
   */
  public FederatedRound begin(Path folder) {
    Path zip = temporary();
    try {
      try (OutputStream out = Files.newOutputStream(zip)) {
        FolderZip.write(folder, out);
      } catch (IOException e) {
        throw FileFailures.unreadable(folder, e);
      }
      return Answers.round(transport.sendFile("PUT", path, zip));
    } finally {
      AtomicFiles.delete(zip);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("haori-round-", ".part");
    } catch (IOException e) {
      throw FileFailures.unwritable(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  /**
   * Writes the newest round as a folder.
   *
   * @param folder a new or empty one; what is in it is replaced
   */
  public void download(Path folder) {
    Path zip = temporary();
    try {
      transport.download(path + "/folder", zip);
      AtomicFiles.writeFolder(
          folder,
          target -> {
            try (InputStream in = Files.newInputStream(zip)) {
              FolderZip.read(in, target, "The server's round", MOST_BYTES);
            }
          });
    } finally {
      AtomicFiles.delete(zip);
    }
  }

  /**
   * Writes what was collected last in a secure round.
   *
   * @param file where it is written
   */
  public void downloadCollected(Path file) {
    Path received = temporary();
    try {
      transport.download(path + "/collected", received);
      AtomicFiles.write(
          file,
          channel -> {
            try (InputStream in = Files.newInputStream(received)) {
              in.transferTo(Channels.newOutputStream(channel));
            }
          });
    } finally {
      AtomicFiles.delete(received);
    }
  }

  /**
   * Hands in a file that this site has written: an update, or what it says in a secure round.
   *
   * @param file of {@code haori federate}
   * @throws ProblemException when it is of another round, was changed, or is the site's second one
   */
  public FederatedRound.SiteFile handIn(Path file) {
    return Answers.siteFile(transport.sendFile("POST", path + "/files", file));
  }

  /**
   * Collects what was handed in at this step of a secure round.
   *
   * @param without sites that are left out
   */
  public FederatedRound.Collected collect(List<String> without) {
    return Answers.collected(transport.post(path + "/collect", body(without), false));
  }

  /**
   * Merges what was handed in into the next round.
   *
   * @param without sites that are left out
   * @return the next round
   */
  public FederatedRound merge(List<String> without) {
    return Answers.round(transport.post(path + "/merge", body(without), false));
  }

  private static Map<String, Object> body(List<String> without) {
    return without.isEmpty() ? Map.of() : Map.of("without", without);
  }

  /** Deletes all rounds of this name. */
  public void delete() {
    var unused = transport.delete(path);
  }
}
