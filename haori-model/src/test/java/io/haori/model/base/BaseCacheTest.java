package io.haori.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.model.base.PublishedBase.Format;
import io.haori.model.base.PublishedBase.Part;
import io.haori.model.family.bert.BertConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseCacheTest {
  private static final String DIGEST_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String DIGEST_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path folder;

  @Test
  void unpacksTheEntriesOfAnArtefact() throws Exception {
    Path artefact = zip("a.jar", Map.of("w", "abc", "other", "x", "t", ""));
    Path unpacked = cache(artefact).folder(base(null), FetchListener.SILENT);
    assertThat(unpacked.resolve("weights")).hasContent("abc");
    assertThat(unpacked.resolve("text")).hasContent("");
  }

  @Test
  void unpacksTheEntriesOfAZipInsideAnArtefact() throws Exception {
    Path inner = zip("inner", Map.of("w", "abc", "other", "x", "t", ""));
    String bytes = Files.readString(inner, StandardCharsets.ISO_8859_1);
    Path artefact = zip("a.jar", Map.of("in/ner", bytes));
    Path unpacked = cache(artefact).folder(base("in/ner"), FetchListener.SILENT);
    assertThat(unpacked.resolve("weights")).hasContent("abc");
  }

  @Test
  void refusesAnotherContent() throws Exception {
    Path artefact = zip("a.jar", Map.of("w", "abd", "t", ""));
    assertRefused(
        artefact,
        ": w must have the SHA-256 "
            + DIGEST_OF_ABC
            + ", got a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9;"
            + " delete the file and try again");
  }

  @Test
  void refusesALongerContentWithoutReadingAllOfIt() throws Exception {
    Path artefact = zip("a.jar", Map.of("w", "abc".repeat(1_000_000), "t", ""));
    assertRefused(
        artefact,
        ": w must have the SHA-256 "
            + DIGEST_OF_ABC
            + ", got "
            + DIGEST_OF_NOTHING
            + "; delete the file and try again");
  }

  @Test
  void namesAMissingEntry() throws Exception {
    assertRefused(zip("a.jar", Map.of("w", "abc")), ": must have the entries [t]");
  }

  @Test
  void refusesWhatIsNoArtefact() throws Exception {
    Path artefact = Files.writeString(folder.resolve("a.jar"), "<html>Not found</html>");
    assertRefused(artefact, ": is damaged, delete it and try again");
  }

  @Test
  void fetchesOnceForSeveralThreads() throws Exception {
    Path artefact = zip("a.jar", Map.of("w", "abc", "t", ""));
    AtomicInteger fetched = new AtomicInteger();
    BaseCache cache =
        new BaseCache(
            folder.resolve("cache"),
            (base, listener) -> {
              fetched.incrementAndGet();
              return artefact;
            });
    long folders =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> cache.folder(base(null), FetchListener.SILENT))
            .distinct()
            .count();
    assertThat(folders).isEqualTo(1);
    assertThat(fetched).hasValue(1);
  }

  private void assertRefused(Path artefact, String message) throws IOException {
    assertThatThrownBy(() -> cache(artefact).folder(base(null), FetchListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage(artefact + message);
    assertThat(folder.resolve("cache/bases"))
        .isDirectoryNotContaining(file -> Files.isDirectory(file));
  }

  private BaseCache cache(Path artefact) {
    return new BaseCache(folder.resolve("cache"), (base, listener) -> artefact);
  }

  private static PublishedBase base(@Nullable String innerZip) {
    List<Part> parts =
        List.of(
            new Part("w", "weights", 3, DIGEST_OF_ABC),
            new Part("t", "text", 0, DIGEST_OF_NOTHING));
    return new PublishedBase(
        "small",
        "g:a:1",
        innerZip,
        parts,
        Format.ONNX,
        BertConfig.bertUncased(1, 64, 1),
        true,
        "English");
  }

  private Path zip(String name, Map<String, String> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var entry : new TreeMap<>(entries).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }
}
