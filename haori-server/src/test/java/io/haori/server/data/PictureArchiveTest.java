package io.haori.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.files.FolderWalk;
import io.haori.server.problem.Refused;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out of a ZIP file, and what is refused. */
final class PictureArchiveTest {
  @TempDir Path folder;

  private Path zip(Charset charset, String... names) throws IOException {
    Path zip = folder.resolve("sent.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out, charset)) {
      for (String name : names) {
        entries.putNextEntry(new ZipEntry(name));
        entries.write(name.getBytes(StandardCharsets.UTF_8));
        entries.closeEntry();
      }
    }
    return zip;
  }

  private List<String> unpacked(Path zip, long most) throws IOException {
    Path out = folder.resolve("unpacked");
    new PictureArchive(zip, "sent.zip", most).unpack(out);
    return FolderWalk.files(out).stream().map(one -> out.relativize(one).toString()).toList();
  }

  private List<String> unpacked(String... names) throws IOException {
    return unpacked(zip(StandardCharsets.UTF_8, names), 1_000);
  }

  @Test
  void picturesComeWithoutTheFolderThatWasPackedAndWithoutWhatIsNone() throws IOException {
    assertThat(
            unpacked(
                "castings/",
                "castings/readme.txt",
                "castings/ok/1.png",
                "castings/ok/.hidden.png",
                "castings/crack/deep/2.JPG",
                "__MACOSX/castings/ok/._1.png",
                "castings/rows.csv"))
        .containsExactly("crack/deep/2.JPG", "ok/1.png");
    assertThat(folder.resolve("unpacked/ok/1.png")).hasContent("castings/ok/1.png");
  }

  @Test
  void splitsAndPicturesWithoutFoldersStayAsTheyAre() throws IOException {
    assertThat(unpacked("train/ok/1.png", "test/ok/1.png"))
        .containsExactly("test/ok/1.png", "train/ok/1.png");
  }

  @Test
  void aFolderOfPicturesAloneStays() throws IOException {
    assertThat(unpacked("./photos/1.png", "photos\\2.png"))
        .containsExactly("photos/1.png", "photos/2.png");
  }

  @Test
  void namesOfOldJapaneseProgramsAreRead() throws IOException {
    Path zip = zip(Charset.forName("windows-31j"), "良品/あ.png", "割れ/い.png");

    assertThat(unpacked(zip, 1_000)).containsExactly("割れ/い.png", "良品/あ.png");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../a.png", "ok/../../a.png", "/etc/a.png", "C:/a.png", "ok\\..\\..\\a.png"})
  void namesThatLeadElsewhereAreRefusedBeforeAnythingIsWritten(String name) {
    assertThatThrownBy(() -> unpacked("ok/1.png", name))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "each name in sent.zip must be a path within the file, of at most 8 folders and 255"
                + " bytes a part, got "
                + name);
    assertThat(folder.resolve("unpacked")).isEmptyDirectory();
    assertThat(folder.resolve("a.png")).doesNotExist();
  }

  @Test
  void bytesAreCountedWhileTheyAreWritten() throws IOException {
    Path zip = folder.resolve("bomb.zip");
    try (ZipOutputStream entries = new ZipOutputStream(Files.newOutputStream(zip))) {
      entries.putNextEntry(new ZipEntry("ok/1.png"));
      entries.write(new byte[10_000_000]);
    }
    assertThat(zip).satisfies(one -> assertThat(Files.size(one)).isLessThan(20_000));

    assertThatThrownBy(() -> unpacked(zip, 200_000))
        .isInstanceOf(Refused.class)
        .hasMessage("The pictures in sent.zip together must have at most 200000 bytes");
    assertThat(Files.size(folder.resolve("unpacked/ok/1.png"))).isLessThanOrEqualTo(200_000);
  }

  @Test
  void whatHasNoPicturesOrIsNoArchiveIsOneSentence() throws IOException {
    assertThatThrownBy(() -> unpacked("readme.txt"))
        .hasMessage(
            "sent.zip must have pictures (.png, .jpg, .jpeg, .bmp, .tif or .tiff), has none");
    Path text = Files.writeString(folder.resolve("text.zip"), "hello");
    assertThatThrownBy(() -> unpacked(text, 1_000))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("sent.zip must be a ZIP file without a password, cannot be read (");
    assertThatThrownBy(() -> unpacked("ok/1.png", "ok\\1.png"))
        .hasMessage("sent.zip must have each name once, has ok\\1.png twice");
  }
}
