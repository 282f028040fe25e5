package io.haori.cluster;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.files.FolderZip;
import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What all machines of a job see: inputs, bases and results as files under their digests, on any
 * file system of Hadoop's (a local or mounted folder, HDFS, S3A). A file is there whole or not at
 * all, also when its writer is killed, and never goes away once it is there; who writes it a second
 * time writes the same bytes.
 *
 * <p>Where a rename moves a file it is written under a temporary name and renamed. On an object
 * store, where a rename copies, it is written in place: there it appears when its stream is closed.
 *
 * <pre>{@code
 * inputs/<sha256>   bases/<sha256>.zip   results/<sha256 of the order>.zip
 * checkpoints/<sha256 of the order>/<number>.zip   stops/<job>   tmp/…
 * }</pre>
 */
final class SharedStore {
  private static final String TEMPORARY = "tmp";

  /** Attempts to connect are of 20 s each where nothing answers. */
  private static final Map<String, String> PATIENCE =
      Map.of(
          "ipc.client.connect.max.retries.on.timeouts", "2",
          "fs.s3a.attempts.maximum", "2",
          "fs.s3a.retry.limit", "3");

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
      FileContext files = FileContext.getFileContext(uri, bounded(configuration));
      return new SharedStore(place, files, new org.apache.hadoop.fs.Path(uri));
    } catch (IOException | IllegalArgumentException e) {
      throw refused(place, "opened", e);
    } catch (RuntimeException e) {
      // Hadoop wraps what a file system's constructor throws.
      throw refused(place, "opened", e);
    }
  }

  /** Where nobody has said how long to wait for a machine that does not answer: not for hours. */
  private static Configuration bounded(Configuration configuration) {
    Configuration bounded = new Configuration(configuration);
    PATIENCE.forEach(
        (name, value) -> {
          String[] sources = bounded.getPropertySources(name);
          if (sources == null || List.of(sources).equals(List.of("core-default.xml"))) {
            bounded.set(name, value);
          }
        });
    return bounded;
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
    if (cause instanceof UnknownHostException) {
      message = "unknown host " + message;
    }
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
    return "inputs/" + digest;
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

  /**
   * Writes a file where there is none of its name.
   *
   * @throws UserError when it cannot be written; then there is none
   */
  void put(String name, Writer writer) {
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(root, name);
    try {
      if (files.util().exists(target)) {
        return;
      }
      if (files.hasPathCapability(target, CommonPathCapabilities.ABORTABLE_STREAM)) {
        write(target, writer);
      } else {
        writeAndRename(target, writer);
      }
    } catch (IOException e) {
      throw refused(place, "written", e);
    }
  }

  private void writeAndRename(org.apache.hadoop.fs.Path target, Writer writer) throws IOException {
    org.apache.hadoop.fs.Path temporary =
        new org.apache.hadoop.fs.Path(root, TEMPORARY + "/" + UUID.randomUUID());
    boolean moved = false;
    try {
      write(temporary, writer);
      files.mkdir(target.getParent(), null, true);
      files.rename(temporary, target, Options.Rename.NONE);
      moved = true;
    } catch (FileAlreadyExistsException e) {
      // Another attempt at the same run was faster. To replace its file, which somebody may be
      // reading, is not everywhere one step.
    } finally {
      if (!moved) {
        drop(temporary);
      }
    }
  }

  private void write(org.apache.hadoop.fs.Path file, Writer writer) throws IOException {
    boolean whole = false;
    try (FSDataOutputStream out =
        files.create(
            file,
            EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
            Options.CreateOpts.createParent())) {
      try {
        writer.write(new Unclosed(out));
        whole = true;
      } finally {
        if (!whole && out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
          out.abort();
        }
      }
    }
  }

  /** Leaves it to the store to close: who closes a stream half-way says that the file is whole. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private void drop(org.apache.hadoop.fs.Path temporary) {
    try {
      files.delete(temporary, false);
    } catch (IOException e) {
      // It is in nobody's way.
    }
  }

  void put(String name, byte[] bytes) {
    put(name, out -> out.write(bytes));
  }

  /** Names of what is in a folder; none where there is no such folder. */
  List<String> names(String folder) {
    try {
      List<String> names = new ArrayList<>();
      RemoteIterator<FileStatus> all =
          files.listStatus(new org.apache.hadoop.fs.Path(root, folder));
      while (all.hasNext()) {
        names.add(all.next().getPath().getName());
      }
      return names;
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw refused(place, "read", e);
    }
  }

  /** Deletes a file, or a folder with all that is in it; there may be none. */
  void delete(String name) {
    try {
      files.delete(new org.apache.hadoop.fs.Path(root, name), true);
    } catch (FileNotFoundException e) {
      // It is gone.
    } catch (IOException e) {
      throw refused(place, "written", e);
    }
  }

  /**
   * Unpacks a zip.
   *
   * @param name of a file that is there
   * @param folder an empty one
   * @throws UserError when it cannot be read
   */
  void unpack(String name, Path folder) {
    try (InputStream in = open(name)) {
      FolderZip.read(in, folder, "the store " + place + ": " + name, Long.MAX_VALUE);
    } catch (IOException e) {
      throw refused(place, "read", e);
    }
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

  @Override
  public String toString() {
    return place;
  }
}
