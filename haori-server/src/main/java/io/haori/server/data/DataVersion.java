package io.haori.server.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.model.image.ImageFormat;
import io.haori.registry.name.VersionId;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One upload. It never changes.
 *
 * @param id name of the data and number of the upload
 * @param file where it lies; a folder for pictures
 * @param original name that the user's file had
 * @param bytes of the file, or of the pictures
 * @param digest SHA-256 of the file that came
 * @param author account that brought it
 * @param created when
 * @param note for people; may be empty
 * @param reading how it is read
 * @param check what {@code data check --json} found
 */
public record DataVersion(
    VersionId id,
    Path file,
    String original,
    long bytes,
    String digest,
    String author,
    Instant created,
    String note,
    Reading reading,
    JsonNode check) {
  /** Without the file's place, which is nobody's business. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id.toString());
    map.put("name", id.name().text());
    map.put("version", id.number());
    map.put("file", original);
    map.put("bytes", bytes);
    map.put("digest", digest);
    map.put("author", author);
    map.put("created", created.toString());
    map.put("note", note);
    map.put("reading", reading.toMap());
    map.put("check", check);
    return map;
  }

  static DataVersion of(VersionId id, Path file, JsonNode json) {
    return new DataVersion(
        id,
        file,
        json.path("file").asText(),
        json.path("bytes").asLong(),
        json.path("digest").asText(),
        json.path("author").asText(),
        Instant.parse(json.path("created").asText()),
        json.path("note").asText(),
        Reading.of(json.path("reading")),
        json.path("check"));
  }

  /** Whether its rows have no labels. */
  public boolean textsOnly() {
    String kind = check.path("kind").asText();
    return kind.equals("texts") || kind.equals("pictures");
  }

  /** Whether its rows are pictures, which are in a folder. */
  public boolean ofPictures() {
    return check.at("/splits/0").has("smallest");
  }

  /**
   * One of its pictures.
   *
   * @param name path within the folder
   * @return its file; nothing for what is no picture of this version
   */
  public Optional<Path> picture(String name) {
    if (!ofPictures() || ImageFormat.ofName(name).isEmpty()) {
      return Optional.empty();
    }
    try {
      Path place = file.resolve(name).normalize();
      return place.startsWith(file.normalize())
              && Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(place)
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Rows of all splits. */
  public long rows() {
    long rows = 0;
    for (JsonNode split : check.path("splits")) {
      rows += split.path("rows").asLong();
    }
    return rows;
  }
}
