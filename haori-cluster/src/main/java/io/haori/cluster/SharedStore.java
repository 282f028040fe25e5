package io.haori.cluster;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;

/**
 * What all machines of a job see: inputs, bases and results as files under their digests, on any
 * file system of Hadoop's (a local or mounted folder, HDFS, S3A). A file is written under a
 * temporary name and renamed, so that it is there whole or not at all; who writes it a second time
 * writes the same bytes.
 *
 * <pre>{@code
 * inputs/<sha256>.json   bases/<sha256>.zip   results/<sha256 of the order>.zip   tmp/…
 * }</pre>
 */
final class SharedStore {
  private static final String TEMPORARY = "tmp";

  private final String place;
  private final FileContext files;
  private final org.apache.hadoop.fs.Path root;

  private SharedStore(String place, FileContext files, org.apache.hadoop.fs.Path root) {
    this.place = place;
    this.files = files;
    this.root = root;
  }

  /**
   * Opens a store.
   *
   * @param place a folder, or a URI of a file system that Hadoop knows
   * @param configuration of Hadoop's file systems
   * @throws UserError when there is no such file system
   */
  static SharedStore open(String place, Configuration configuration) {
    try {
      URI uri = isUri(place) ? URI.create(place) : Path.of(place).toUri();
      FileContext files = FileContext.getFileContext(uri, configuration);
      return new SharedStore(place, files, new org.apache.hadoop.fs.Path(uri));
    } catch (IOException | IllegalArgumentException e) {
      throw refused(place, "opened", e);
    } catch (RuntimeException e) {
      // Hadoop wraps what a file system's constructor throws.
      throw refused(place, "opened", e);
    }
  }

  /** A place as every machine is to read it, whatever folder it works in. */
  static String absolute(String place) {
    return isUri(place) ? place : Path.of(place).toAbsolutePath().normalize().toString();
  }

  private static boolean isUri(String place) {
    return place.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
  }

  private static UserError refused(String place, String how, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new UserError(
        "the store "
            + place
            + " cannot be "
            + how
            + " ("
            + (message.isBlank() ? cause.getClass().getSimpleName() : message)
            + ")",
        e);
  }

  /** Writes a file. */
  @FunctionalInterface
  interface Writer {
    /** Writes the whole content. */
    void write(OutputStream out) throws IOException;
  }

  static String input(String digest) {
    return "inputs/" + digest + ".json";
  }

  static String base(String digest) {
    return "bases/" + digest + ".zip";
  }

  static String result(String digest) {
    return "results/" + digest + ".zip";
  }

  boolean has(String name) {
    try {
      return files.util().exists(new org.apache.hadoop.fs.Path(root, name));
    } catch (IOException e) {
      throw refused(place, "read", e);
    }
  }

  /** Writes a file where there is none of its name. */
  void put(String name, Writer writer) {
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(root, name);
    org.apache.hadoop.fs.Path temporary =
        new org.apache.hadoop.fs.Path(root, TEMPORARY + "/" + UUID.randomUUID());
    try {
      if (files.util().exists(target)) {
        return;
      }
      try (OutputStream out =
          files.create(
              temporary, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
        writer.write(out);
      }
      files.mkdir(target.getParent(), null, true);
      files.rename(temporary, target, Options.Rename.OVERWRITE);
    } catch (IOException e) {
      throw refused(place, "written", e);
    }
  }

  void put(String name, byte[] bytes) {
    put(name, out -> new ByteArrayInputStream(bytes).transferTo(out));
  }

  /** A file as a stream, to be closed by the caller. */
  InputStream open(String name) throws IOException {
    return files.open(new org.apache.hadoop.fs.Path(root, name));
  }

  /**
   * An input, checked.
   *
   * @param digest SHA-256 of its bytes
   * @throws UserError when it is not there or was changed
   */
  byte[] readInput(String digest) {
    String name = input(digest);
    try {
      requireFile(name);
      Sha256 sha = Sha256.start();
      byte[] bytes;
      try (InputStream in = sha.reading(open(name))) {
        bytes = in.readAllBytes();
      }
      if (!sha.hex().equals(digest)) {
        throw new UserError(
            "the store "
                + place
                + " must hold what was put into it: "
                + name
                + " has the digest "
                + sha.hex());
      }
      return bytes;
    } catch (IOException e) {
      throw refused(place, "read", e);
    }
  }

  /** Refuses a store in which another machine's file is not to be seen. */
  void requireFile(String name) {
    if (!has(name)) {
      throw new UserError(
          "the store " + place + " must be one that all machines see: here it has no " + name);
    }
  }

  /** Deletes temporary files, of runs that were killed; only while nothing writes. */
  void sweep() {
    try {
      files.delete(new org.apache.hadoop.fs.Path(root, TEMPORARY), true);
    } catch (IOException e) {
      // They are in nobody's way.
    }
  }

  @Override
  public String toString() {
    return place;
  }
}
