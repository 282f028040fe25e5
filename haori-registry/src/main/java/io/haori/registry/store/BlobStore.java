package io.haori.registry.store;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Files by the SHA-256 of their content, {@code ab/ab12…} in one folder. A blob is written beside
 * its place, forced to disk and renamed in, so it is there as a whole or not at all; it is never
 * changed; and whoever reads it gets the bytes that its name promises, or a sentence.
 */
public final class BlobStore {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final int CHUNK = 1 << 16;

  /** Bytes from which a file is read once only. */
  private static final long LARGE = 1 << 20;

  private final Path root;

  /**
   * The blobs in a folder.
   *
   * @param root made when the first blob is put
   */
  public BlobStore(Path root) {
    this.root = root;
  }

  /**
   * One blob.
   *
   * @param digest SHA-256, 64 hexadecimal digits
   * @param bytes its length
   */
  public record Blob(String digest, long bytes) {}

  /** The folder. */
  public Path root() {
    return root;
  }

  /**
   * Puts a file's content in. Content that is there and sound is not written again; what was
   * damaged is made sound so.
   *
   * @param file a small one is read for its digest first: most of them are there already; a large
   *     one is read once, since reading costs as much as writing
   * @return the blob
   * @throws UserError when the file cannot be read or the disk is full
   */
  public Blob put(Path file) {
    if (size(file) >= LARGE) {
      return putLarge(file);
    }
    Blob blob = digest(file);
    if (!isSound(blob)) {
      write(blob, file);
    }
    return blob;
  }

  private Blob putLarge(Path file) {
    Path incoming = root.toAbsolutePath().resolve(".incoming.tmp-" + UUID.randomUUID());
    try (InputStream in = reading(file)) {
      Blob blob;
      Files.createDirectories(root);
      try (FileChannel channel =
          FileChannel.open(incoming, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        blob = copy(in, file, channel);
        channel.force(true);
      }
      if (!isSound(blob)) {
        Path path = path(blob.digest()).toAbsolutePath();
        Path folder = Objects.requireNonNull(path.getParent());
        Files.createDirectories(folder);
        Files.move(incoming, path, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(folder);
      }
      return blob;
    } catch (IOException e) {
      String cause = FileFailures.cause(e);
      throw new UserError(root + ": cannot be written (" + cause + "); nothing was changed", e);
    } finally {
      AtomicFiles.delete(incoming);
    }
  }

  private static InputStream reading(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }

  private static int read(InputStream in, Path origin, byte[] chunk) {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      throw FileFailures.unreadable(origin, e);
    }
  }

  /** Copies to the end and says what it was; what cannot be read is named by its origin. */
  private static Blob copy(InputStream in, Path origin, FileChannel channel) throws IOException {
    Sha256 digest = Sha256.start();
    byte[] chunk = new byte[CHUNK];
    long bytes = 0;
    for (int read = read(in, origin, chunk); read >= 0; read = read(in, origin, chunk)) {
      digest.update(chunk, 0, read);
      ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      bytes += read;
    }
    return new Blob(digest.hex(), bytes);
  }

  private void write(Blob blob, Path file) {
    try (InputStream in = reading(file)) {
      write(blob, in, file, file + ": was changed while it was read; nothing was changed here");
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }

  /**
   * Puts in what comes out of a stream.
   *
   * @param blob what it must be
   * @param in read to its end when the blob is not there; stays open
   * @param origin the file that it comes out of, for sentences
   * @param otherwise the sentence when it is something else
   */
  public void put(Blob blob, InputStream in, Path origin, String otherwise) {
    if (!isSound(blob)) {
      write(blob, in, origin, otherwise);
    }
  }

  private void write(Blob blob, InputStream in, Path origin, String otherwise) {
    Path path = path(blob.digest());
    AtomicFiles.write(
        path,
        channel -> {
          if (!copy(in, origin, channel).digest().equals(blob.digest())) {
            throw new UserError(otherwise);
          }
        });
    forceFolder(Objects.requireNonNull(path.toAbsolutePath().getParent()));
  }

  /**
   * Opens a blob without looking whether it is sound; {@link #put(Blob, InputStream, Path, String)}
   * of another store does.
   *
   * @param blob which one
   * @return closed by the caller
   * @throws UserError when it is missing
   */
  public InputStream open(Blob blob) {
    Path path = path(blob.digest());
    if (!Files.isRegularFile(path)) {
      throw Check.in(path, "the blob is missing");
    }
    return reading(path);
  }

  /** A new name is on disk when its folder is. Not every system can force a folder. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The blob itself is on disk; a lost name would be found by verify.
    }
  }

  /**
   * Copies a blob out.
   *
   * @param blob which one
   * @param target a new file
   * @throws UserError when it is missing or damaged; then there is no file at the target
   */
  public void get(Blob blob, Path target) {
    try {
      try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
        copy(blob, out);
      } catch (UserError e) {
        Files.deleteIfExists(target);
        throw e;
      }
    } catch (IOException e) {
      throw new UserError(target + ": cannot be written (" + FileFailures.cause(e) + ")", e);
    }
  }

  /**
   * Copies a blob's bytes; those of a damaged one are copied, too, before the sentence.
   *
   * @param blob which one
   * @param out gets the bytes; stays open
   * @throws IOException when {@code out} refuses
   * @throws UserError when the blob is missing or damaged
   */
  public void copy(Blob blob, OutputStream out) throws IOException {
    Path path = path(blob.digest());
    if (!Files.isRegularFile(path)) {
      throw Check.in(path, "the blob is missing");
    }
    Sha256 digest = Sha256.start();
    try (InputStream in = reading(path)) {
      byte[] chunk = new byte[CHUNK];
      for (int read = read(in, path, chunk); read >= 0; read = read(in, path, chunk)) {
        digest.update(chunk, 0, read);
        out.write(chunk, 0, read);
      }
    }
    String found = digest.hex();
    if (!found.equals(blob.digest())) {
      throw Check.in(path, "the blob is damaged, its digest is " + found);
    }
  }

  /**
   * Reads a blob through.
   *
   * @param blob which one
   * @throws UserError when it is missing or damaged
   */
  public void check(Blob blob) {
    try {
      copy(blob, OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw FileFailures.unreadable(path(blob.digest()), e);
    }
  }

  /** Whether a blob is there in its length; cheaper than {@link #check}. */
  public boolean isThere(Blob blob) {
    try {
      Path path = path(blob.digest());
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && Files.size(path) == blob.bytes();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isSound(Blob blob) {
    return isThere(blob) && digest(path(blob.digest())).equals(blob);
  }

  /**
   * Removes a blob; one that is not there is no error.
   *
   * @param digest which one
   * @throws UserError when the disk refuses
   */
  public void delete(String digest) {
    try {
      Files.deleteIfExists(path(digest));
    } catch (IOException e) {
      throw new UserError(path(digest) + ": cannot be deleted (" + FileFailures.cause(e) + ")", e);
    }
  }

  /** All blobs that are there, sound or not. */
  public List<Blob> all() {
    List<Blob> blobs = new ArrayList<>();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (DIGEST.matcher(name).matches()) {
        blobs.add(new Blob(name, size(file)));
      }
    }
    return blobs;
  }

  /**
   * Removes what writers left that were killed while they wrote.
   *
   * @param before files changed later may be still in the making
   */
  public void deleteLeftovers(Instant before) {
    for (Path file : files()) {
      try {
        boolean leftover = file.getFileName().toString().contains(".tmp-");
        if (leftover && Files.getLastModifiedTime(file).compareTo(FileTime.from(before)) < 0) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        // Its writer took it away meanwhile, or nobody may; it harms nobody.
      }
    }
  }

  /** Other processes may add and delete meanwhile. */
  private List<Path> files() {
    return FolderWalk.files(root).stream().filter(Files::isRegularFile).toList();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * The digest and length of a file.
   *
   * @param file read once
   */
  public static Blob digest(Path file) {
    Sha256 digest = Sha256.start();
    byte[] chunk = new byte[CHUNK];
    long bytes = 0;
    try (InputStream in = reading(file)) {
      for (int read = read(in, file, chunk); read >= 0; read = read(in, file, chunk)) {
        digest.update(chunk, 0, read);
        bytes += read;
      }
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
    return new Blob(digest.hex(), bytes);
  }

  private Path path(String digest) {
    if (!DIGEST.matcher(digest).matches()) {
      throw new UserError(
          root + ": a blob's digest must be 64 hexadecimal digits, got " + digest.length());
    }
    return root.resolve(digest.substring(0, 2)).resolve(digest);
  }
}
