package io.haori.server.data;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderWalk;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.problem.Refused;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data that people brought, by name and number. Names are those of modules, so that the same
 * roles count for them. An upload is kept only when it can be read.
 */
public final class DataSets {
  private static final Logger LOG = LoggerFactory.getLogger(DataSets.class);
  private static final List<String> KINDS = List.of("csv", "tsv", "jsonl", "xlsx", "txt", "zip");

  /** Pictures in folders by class, or without labels. */
  private static final String PICTURES = "zip";

  /** Bytes of unpacked pictures for each byte that may be uploaded. */
  private static final int UNPACKED = 4;

  private static final String META = "meta.json";

  /** Has the highest number of a name of which versions were deleted. */
  private static final String LAST = "last";

  private static final int LONGEST_NAME = 200;
  private static final int AT_ONCE = 4;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;
  private final WorkSettings work;
  private final DataCheck check;
  private final InstantSource clock;
  private final Map<VersionId, DataVersion> all = new ConcurrentSkipListMap<>();
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * Those of a folder.
   *
   * @param work says where it is and what may be in it
   * @param check reads uploads
   * @param clock says when they came
   */
  public DataSets(WorkSettings work, DataCheck check, InstantSource clock) {
    this.work = work;
    this.check = check;
    this.clock = clock;
    folder = work.folder().resolve("data");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> names = Files.list(folder)) {
        names.filter(Files::isDirectory).forEach(this::read);
      } catch (IOException e) {
        throw FileFailures.unreadable(folder, e);
      }
    }
  }

  private void read(Path name) {
    try (Stream<Path> versions = Files.list(name)) {
      for (Path version : versions.toList()) {
        Path meta = version.resolve(META);
        if (Files.isRegularFile(meta)) {
          JsonNode json = MAPPER.readTree(meta.toFile());
          VersionId id =
              new VersionId(
                  new ModuleName(json.path("name").asText()), json.path("version").asInt());
          all.put(id, DataVersion.of(id, version.resolve(json.path("stored").asText()), json));
        }
      }
    } catch (IOException | RuntimeException e) {
      // One that is damaged keeps nobody from the others.
      LOG.warn("{} cannot be read: {}", name, e.getMessage());
    }
  }

  /** Bytes that one upload may have. */
  public long mostBytes() {
    return work.uploadBytes();
  }

  /** All of them, by name, the newest of each first. */
  public List<DataVersion> all() {
    return all.values().stream()
        .sorted(
            Comparator.comparing((DataVersion one) -> one.id().name())
                .thenComparing(one -> -one.id().number()))
        .toList();
  }

  /**
   * The version that a name means.
   *
   * @param text {@code orders} for the newest, or {@code orders@2}
   * @throws Refused when there is none
   */
  public DataVersion find(String text) {
    ModuleReference reference = ModuleReference.parse(text);
    if (reference instanceof ModuleReference.Numbered numbered) {
      DataVersion found = all.get(numbered.id());
      if (found != null) {
        return found;
      }
    } else if (reference instanceof ModuleReference.Newest newest) {
      return all().stream()
          .filter(one -> one.id().name().equals(newest.name()))
          .findFirst()
          .orElseThrow(() -> Refused.absent("No data named " + text + " on this server"));
    }
    throw Refused.absent("No data named " + text + " on this server");
  }

  /**
   * What is known of an upload before it is read.
   *
   * @param name of the data
   * @param original name of the user's file; its end says what it is
   * @param reading how it is read
   * @param base whose tokens are counted
   * @param author account that brings it
   * @param note for people; may be empty
   */
  public record Upload(
      ModuleName name, String original, Reading reading, String base, String author, String note) {}

  /**
   * Keeps an upload as the next version.
   *
   * @param upload what is known of it
   * @param content read to its end
   * @return the version, whose rows were read
   * @throws UserError when it cannot be read as data, or the disk is full; then nothing is kept
   * @throws Refused when it is too large
   */
  public DataVersion add(Upload upload, InputStream content) {
    String kind = kind(upload.original());
    if (!free.tryAcquire()) {
      throw Refused.busy("Other data come in already; try again in some seconds", 5);
    }
    Path incoming = null;
    try {
      Files.createDirectories(folder);
      incoming = Files.createTempDirectory(folder, ".incoming-");
      // By its name alone, which analyses of several call their domains.
      Path file = incoming.resolve(upload.name().fileName() + "." + kind);
      String digest = copy(content, file);
      if (kind.equals(PICTURES)) {
        file = unpacked(file, upload);
      }
      writeLabels(upload, file);
      JsonNode found = check.check(file, upload.reading(), upload.base(), shown(upload.original()));
      return keep(upload, file, digest, found);
    } catch (IOException e) {
      throw FileFailures.unwritable(folder, e);
    } catch (UncheckedIOException e) {
      throw FileFailures.unwritable(folder, Objects.requireNonNull(e.getCause()));
    } finally {
      free.release();
      if (incoming != null) {
        AtomicFiles.delete(incoming);
      }
    }
  }

  /**
   * Keeps a folder of pictures that this server made as the next version.
   *
   * @param upload what is known of it
   * @param pictures moved from where they are
   * @return the version, whose rows were read
   * @throws UserError when they cannot be read as data, or the disk is full; then nothing is kept
   */
  public DataVersion addFolder(Upload upload, Path pictures) {
    long bytes = FolderWalk.bytes(pictures);
    requireRoom(total() + bytes);
    writeLabels(upload, pictures);
    JsonNode found =
        check.check(pictures, upload.reading(), upload.base(), shown(upload.original()));
    try {
      return keep(upload, pictures, digestOf(pictures), found);
    } catch (IOException e) {
      throw FileFailures.unwritable(folder, e);
    }
  }

  /** Where the commands find them beside the file. */
  private static void writeLabels(Upload upload, Path file) {
    String labels = upload.reading().labels();
    if (!labels.isEmpty()) {
      AtomicFiles.writeText(Reading.labelFile(file), labels + "\n");
    }
  }

  /** Of names and contents. */
  private static String digestOf(Path pictures) {
    StringBuilder names = new StringBuilder();
    for (Path one : FolderWalk.files(pictures)) {
      names.append(pictures.relativize(one)).append(' ').append(Sha256.of(one)).append('\n');
    }
    return Sha256.of(names.toString());
  }

  /** The pictures of an upload in a folder, in the place of the file. */
  private Path unpacked(Path file, Upload upload) throws IOException {
    Path pictures = file.resolveSibling(upload.name().fileName());
    long most = Math.min(UNPACKED * work.uploadBytes(), work.totalBytes() - total());
    new PictureArchive(file, shown(upload.original()), most).unpack(pictures);
    Files.delete(file);
    return pictures;
  }

  private long total() {
    return all.values().stream().mapToLong(DataVersion::bytes).sum();
  }

  private void requireRoom(long bytes) {
    if (bytes > work.totalBytes()) {
      throw Refused.tooManyBytes("All data together", work.totalBytes());
    }
  }

  private static String kind(String original) {
    int dot = original.lastIndexOf('.');
    String kind = dot < 0 ? "" : original.substring(dot + 1).toLowerCase(Locale.ROOT);
    require(
        KINDS.contains(kind),
        "file",
        "one of " + String.join(", ", KINDS),
        shown(original).isEmpty() ? "nothing" : shown(original));
    return kind;
  }

  /** A file's name without folders and without what a terminal or a log would obey. */
  private static String shown(String original) {
    String name =
        original.substring(Math.max(original.lastIndexOf('/'), original.lastIndexOf('\\')) + 1);
    String printable = name.replaceAll("\\p{C}", "");
    return printable.length() <= LONGEST_NAME ? printable : printable.substring(0, LONGEST_NAME);
  }

  private String copy(InputStream content, Path file) throws IOException {
    long before = total();
    ReceivedFile received =
        ReceivedFile.write(
            content,
            file,
            new ReceivedFile.Bounds(
                work.uploadBytes(), before, work.totalBytes(), "All data together"));
    require(received.bytes() > 0, "file", "a file with rows", "an empty one");
    return received.digest();
  }

  /** All versions of a name, the newest first. */
  public List<DataVersion> versions(ModuleName name) {
    return all().stream().filter(one -> one.id().name().equals(name)).toList();
  }

  /**
   * Deletes a version, whose number no other one gets.
   *
   * @throws UserError when the disk does not let it go
   */
  public synchronized void delete(DataVersion version) {
    Path ofName = folder.resolve(version.id().name().fileName());
    Path place = ofName.resolve(String.valueOf(version.id().number()));
    try {
      AtomicFiles.writeText(ofName.resolve(LAST), String.valueOf(last(version.id().name())));
      // Without it the folder is no version any more, whatever happens next.
      Files.deleteIfExists(place.resolve(META));
    } catch (IOException e) {
      throw FileFailures.unwritable(place, e);
    }
    all.remove(version.id());
    AtomicFiles.delete(place);
  }

  /** The highest number that a version of a name ever had; 0 for none. */
  private int last(ModuleName name) {
    int highest =
        all.keySet().stream()
            .filter(one -> one.name().equals(name))
            .mapToInt(VersionId::number)
            .max()
            .orElse(0);
    Path file = folder.resolve(name.fileName()).resolve(LAST);
    try {
      return Files.exists(file)
          ? Math.max(highest, Integer.parseInt(Files.readString(file).strip()))
          : highest;
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }

  private synchronized DataVersion keep(Upload upload, Path file, String digest, JsonNode found)
      throws IOException {
    int number = last(upload.name()) + 1;
    VersionId id = new VersionId(upload.name(), number);
    Path place = folder.resolve(upload.name().fileName()).resolve(String.valueOf(number));
    String stored = String.valueOf(file.getFileName());
    DataVersion version =
        new DataVersion(
            id,
            place.resolve(stored),
            shown(upload.original()),
            Files.isDirectory(file) ? FolderWalk.bytes(file) : Files.size(file),
            digest,
            upload.author(),
            clock.instant(),
            upload.note(),
            upload.reading(),
            withoutPlaces(found));
    Map<String, Object> meta = new LinkedHashMap<>(version.toMap());
    meta.put("stored", stored);
    AtomicFiles.writeFolder(
        place,
        target -> {
          Files.move(file, target.resolve(stored));
          writeLabels(upload, target.resolve(stored));
          Files.write(target.resolve(META), MAPPER.writeValueAsBytes(meta));
        });
    all.put(id, version);
    return version;
  }

  /** Where a file lies on the server is not the user's business. */
  private static JsonNode withoutPlaces(JsonNode found) {
    JsonNode copy = found.deepCopy();
    for (JsonNode split : copy.path("splits")) {
      ((ObjectNode) split).remove("file");
    }
    return copy;
  }
}
