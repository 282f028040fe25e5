package io.haori.core.digest;

import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest (FIPS 180-4) of bytes that come one after another, in lower-case hexadecimal. By
 * it Haori knows weights, data, blobs, versions and runs. An object belongs to one thread.
 */
public final class Sha256 {
  private final MessageDigest digest;

  private Sha256(MessageDigest digest) {
    this.digest = digest;
  }

  /** A digest of no bytes yet. */
  public static Sha256 start() {
    try {
      return new Sha256(MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * The digest of a text.
   *
   * @param text taken as UTF-8
   * @return 64 hexadecimal digits
   */
  public static String of(String text) {
    return start().update(text).hex();
  }

  /**
   * The digest of bytes.
   *
   * @return 64 hexadecimal digits
   */
  public static String of(byte[] bytes) {
    return start().update(bytes, 0, bytes.length).hex();
  }

  /**
   * The digest of a file's bytes.
   *
   * @param file read as a stream
   * @return 64 hexadecimal digits
   * @throws io.haori.core.check.UserError when the file is missing or cannot be read
   */
  public static String of(Path file) {
    Sha256 sha = start();
    try (InputStream in = sha.reading(Files.newInputStream(file))) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
    return sha.hex();
  }

  /**
   * Adds bytes.
   *
   * @param bytes of which a part is taken
   * @param offset of the first byte
   * @param length number of bytes
   * @return this
   */
  public Sha256 update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    return this;
  }

  /**
   * Adds a text.
   *
   * @param text taken as UTF-8
   * @return this
   */
  public Sha256 update(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /**
   * A stream that adds each byte that is read from it.
   *
   * @param in closed with the stream
   * @return the same bytes
   */
  public InputStream reading(InputStream in) {
    return new DigestInputStream(in, digest);
  }

  /**
   * The digest of the bytes so far; more may follow.
   *
   * @return 64 hexadecimal digits
   */
  public String hex() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of every Java can be copied", e);
    }
  }
}
