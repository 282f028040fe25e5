package io.haori.server.watch.drift;

import io.haori.analysis.drift.DriftAlarm;
import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.EncodedRow;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.files.AtomicFiles;
import io.haori.server.engine.ServedVersion;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Windows of versions in a folder, a file each, so that a server that is started anew goes on where
 * it was. Numbers of a text's sketch and of its answer are in it, nothing of its words. A file that
 * cannot be read is deleted with a line in the log: that version's window starts empty.
 *
 * <p>A file is: the magic number, the digests of version and profile, began, rows, windows, three
 * numbers a kind, the rows in the window, and a CRC-32 of all that; big-endian as {@link
 * DataOutputStream} writes it.
 */
final class WindowFiles {
  private static final Logger LOG = LoggerFactory.getLogger(WindowFiles.class);
  private static final String ENDING = ".window";
  private static final long MAGIC = 0x68616f7269777631L;
  private static final int MOST_FILES = 2_000;

  /** Of one row: more than any text has. */
  private static final int MOST_BINS = 100_000;

  private static final int MOST_FEATURES = 4_096;

  private final Path folder;

  /**
   * In a folder, which is made when it is missing.
   *
   * @param folder of one server
   */
  WindowFiles(Path folder) {
    this.folder = folder;
    forgetOldest();
  }

  private void forgetOldest() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> newestFirst =
          files
              .filter(file -> file.getFileName().toString().endsWith(ENDING))
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .toList();
      for (Path file :
          newestFirst.subList(Math.min(MOST_FILES, newestFirst.size()), newestFirst.size())) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be tidied up: {}", folder, e.getMessage());
    }
  }

  private Path file(ServedVersion id) {
    return folder.resolve(Sha256.of(id.key()) + ENDING);
  }

  /**
   * Writes where the watch of a version is.
   *
   * @param id which version
   * @param profile as it is stored, by which rows were encoded
   * @param kept where it is
   * @throws UserError when it cannot be written
   */
  void write(ServedVersion id, String profile, KeptWindow kept) {
    AtomicFiles.write(
        file(id),
        target -> {
          CRC32 sum = new CRC32();
          // Not closed: the channel is not ours.
          BufferedOutputStream buffer = new BufferedOutputStream(Channels.newOutputStream(target));
          DataOutputStream out = new DataOutputStream(new CheckedOutputStream(buffer, sum));
          write(out, id, profile, kept);
          out.writeLong(sum.getValue());
          out.flush();
        });
  }

  private static void write(DataOutputStream out, ServedVersion id, String profile, KeptWindow kept)
      throws IOException {
    out.writeLong(MAGIC);
    out.writeUTF(Sha256.of(id.key()));
    out.writeUTF(Sha256.of(profile));
    out.writeLong(kept.began().toEpochMilli());
    out.writeLong(kept.rows());
    out.writeLong(kept.windows());
    for (DriftKind kind : DriftKind.values()) {
      out.writeDouble(kept.drift().getOrDefault(kind, Double.NaN));
      Boolean above = kept.alarm().above().get(kind);
      out.writeByte(above == null ? -1 : above ? 1 : 0);
      out.writeBoolean(kept.alarm().raised().contains(kind));
    }
    out.writeInt(kept.window().size());
    for (EncodedRow row : kept.window()) {
      out.writeInt(row.bins().length);
      for (int bin : row.bins()) {
        out.writeInt(bin);
      }
      out.writeInt(row.confidenceBin());
      out.writeInt(row.sketch().length);
      for (float value : row.sketch()) {
        out.writeFloat(value);
      }
      out.writeInt(row.tokens());
      out.writeInt(row.unknownTokens());
    }
  }

  /**
   * Where the watch of a version was.
   *
   * @param id which version
   * @param stored its profile as it is stored
   * @param profile the same, read
   * @return empty where there is none, it was of another profile, or it cannot be read
   */
  Optional<KeptWindow> read(ServedVersion id, String stored, DriftProfile profile) {
    Path file = file(id);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      CRC32 sum = new CRC32();
      DataInputStream data = new DataInputStream(new CheckedInputStream(in, sum));
      require(data.readLong() == MAGIC, "it is no window");
      require(data.readUTF().equals(Sha256.of(id.key())), "it is of another version");
      if (!data.readUTF().equals(Sha256.of(stored))) {
        // Evaluated anew: other bins, another sketch.
        return Optional.empty();
      }
      KeptWindow kept = read(data, profile);
      long expected = sum.getValue();
      require(data.readLong() == expected, "its sum is wrong");
      require(data.read() < 0, "it is too long");
      return Optional.of(kept);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | DateTimeException e) {
      LOG.warn(
          "What was seen of the texts of {} cannot be read ({}); its window starts empty",
          id,
          e instanceof EOFException ? "it is too short" : e.getMessage());
      delete(file);
      return Optional.empty();
    }
  }

  private static KeptWindow read(DataInputStream in, DriftProfile profile) throws IOException {
    Instant began = Instant.ofEpochMilli(in.readLong());
    long rows = in.readLong();
    long windows = in.readLong();
    require(rows >= 0 && windows >= 0, "a number is negative");
    Map<DriftKind, Double> drift = new EnumMap<>(DriftKind.class);
    Map<DriftKind, Boolean> above = new EnumMap<>(DriftKind.class);
    Set<DriftKind> raised = EnumSet.noneOf(DriftKind.class);
    for (DriftKind kind : DriftKind.values()) {
      double value = in.readDouble();
      if (windows > 0) {
        drift.put(kind, value);
      }
      byte last = in.readByte();
      require(last >= -1 && last <= 1, "a mark is wrong");
      if (last >= 0) {
        above.put(kind, last == 1);
      }
      if (in.readBoolean()) {
        raised.add(kind);
      }
    }
    int size = in.readInt();
    require(size == Math.min(rows, DriftProfile.WINDOW), "it has another number of rows");
    List<EncodedRow> window = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      EncodedRow row = readRow(in);
      require(profile.canHaveEncoded(row), "a row is not of its evaluation");
      window.add(row);
    }
    return new KeptWindow(began, rows, windows, drift, new DriftAlarm.Seen(above, raised), window);
  }

  private static EncodedRow readRow(DataInputStream in) throws IOException {
    int[] bins = new int[length(in, MOST_BINS)];
    for (int i = 0; i < bins.length; i++) {
      bins[i] = in.readInt();
    }
    int confidenceBin = in.readInt();
    float[] sketch = new float[length(in, MOST_FEATURES)];
    for (int i = 0; i < sketch.length; i++) {
      sketch[i] = in.readFloat();
      require(Float.isFinite(sketch[i]), "a number is not finite");
    }
    return new EncodedRow(bins, confidenceBin, sketch, in.readInt(), in.readInt());
  }

  private static int length(DataInputStream in, int most) throws IOException {
    int length = in.readInt();
    require(length >= 0 && length <= most, "a length is wrong");
    return length;
  }

  private static void require(boolean right, String otherwise) throws IOException {
    if (!right) {
      throw new IOException(otherwise);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("Not deleted", e);
    }
  }
}
