package io.haori.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.DataWarning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDatasetTest {
  @TempDir Path folder;

  @Test
  void readsSplitsOfClassFolders() throws IOException {
    for (String split : new String[] {"train", "validation", "test"}) {
      put(split + "/ok/a1.png", split + 1);
      put(split + "/crack/deep/a2.JPG", split + 2);
    }
    put("train/ok/Thumbs.db", "x");
    put("train/.cache/a.png", "x");

    Dataset data = Dataset.read(folder);

    assertThat(data.train().rows())
        .extracting(Row::text)
        .containsExactly("train/crack/deep/a2.JPG", "train/ok/a1.png");
    assertThat(data.train().rows().get(0).image())
        .isEqualTo(folder.resolve("train/crack/deep/a2.JPG"));
    assertThat(data.train().rows().get(0).label()).isEqualTo(new Label.ClassName("crack"));
    assertThat(data.splitBy()).isNull();
    assertThat(data.labels().heads().get(0).labels().names()).containsExactly("crack", "ok");
  }

  @Test
  void classesWithNamesOfNumbersAreClasses() throws IOException {
    for (String split : new String[] {"train", "validation", "test"}) {
      put(split + "/0/a.png", split);
      put(split + "/1/b.png", split);
    }

    assertThat(Dataset.read(folder).labels().task().name()).isEqualTo("classification");
  }

  @Test
  void splitsClassFoldersAndKeepsFilesOfTheSameBytesTogether() throws IOException {
    for (int i = 0; i < 40; i++) {
      put("ok/img_%04d.png".formatted(i), "good " + i / 2);
      put("crack/img_%04d.png".formatted(i), "bad " + i);
    }

    Dataset data = Dataset.read(folder);

    assertThat(data.splitBy()).isEqualTo("70/15/15, seed 42");
    assertThat(data.train().rows()).hasSize(56);
    assertThat(data.test().rows()).hasSize(12);
    Set<String> learnt = contents(data.train());
    assertThat(learnt).doesNotContainAnyElementsOf(contents(data.test()));
    assertThat(learnt).doesNotContainAnyElementsOf(contents(data.validation()));
  }

  @Test
  void theDigestIsOfThePicturesToo() throws IOException {
    put("a.png", "one");
    put("rows.csv", "image,label\na.png,ok\n");
    String before =
        RowFiles.read(folder.resolve("rows.csv"), Labels.ANY, DataOptions.USUAL).sha256();

    put("a.png", "two");

    assertThat(RowFiles.read(folder.resolve("rows.csv"), Labels.ANY, DataOptions.USUAL).sha256())
        .isNotEqualTo(before);
  }

  @Test
  void readsPicturesWithoutLabels() throws IOException {
    put("b.png", "1");
    put("a/c.tif", "2");

    assertThat(RowFiles.readTexts(folder).rows())
        .extracting(Row::text)
        .containsExactly("a/c.tif", "b.png");
  }

  @Test
  void namesAClassWithoutPictures() throws IOException {
    put("train/ok/a.png", "1");
    put("train/crack/readme.txt", "1");

    refuses(
        folder.resolve("train/crack")
            + ": must have at least one picture (.png, .jpg, .jpeg, .bmp, .tif or .tiff), has"
            + " none");
  }

  @Test
  void namesWhatIsMissingWhereThereArePictures() throws IOException {
    put("photos/a.png", "1");
    put("photos/b.png", "2");
    Path photos = folder.resolve("photos");
    assertThatThrownBy(() -> Dataset.read(photos))
        .hasMessage(
            photos
                + ": must have a folder of pictures for each class, but its pictures are in none");

    put("parts/test/ok/a.png", "1");
    put("parts/validation/ok/a.png", "1");
    Path parts = folder.resolve("parts");
    assertThatThrownBy(() -> Dataset.read(parts))
        .hasMessage(
            parts
                + ": must have the folder train with a folder of pictures for each class, but it"
                + " has none");
  }

  @Test
  void aTestPictureThatIsATrainingPictureIsNamed() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      put("train/ok/" + name + ".png", "ok " + name);
      put("train/crack/" + name + ".png", "crack " + name);
      put("test/ok/" + name + ".png", "new " + name);
      put("test/crack/" + name + ".png", "fresh " + name);
    }
    put("test/ok/copy.png", "crack b");

    List<DataWarning> warnings =
        DataSummary.of(Dataset.read(folder), null, 0).warnings().stream()
            .filter(one -> one.kind().equals("test-in-training"))
            .toList();

    assertThat(warnings)
        .containsExactly(
            new DataWarning(
                "test-in-training",
                1,
                "1 of 7 test rows are training rows, which a model may know by heart",
                List.of("test/ok/copy.png = train/crack/b.png")));
  }

  @Test
  void namesAPictureWithoutAClass() throws IOException {
    put("train/ok/a.png", "1");
    put("train/b.png", "1");

    refuses(folder.resolve("train/b.png") + ": must be in the folder of its class, is beside them");
  }

  @Test
  void namesAFormatThatIsNotRead() throws IOException {
    put("train/ok/a.png", "1");
    put("train/ok/b.webp", "1");

    refuses(
        folder.resolve("train/ok/b.webp")
            + ": must be a picture of a format that is read (.png, .jpg, .jpeg, .bmp, .tif or"
            + " .tiff)");
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> Dataset.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  private static Set<String> contents(DataFile part) throws IOException {
    Set<String> contents = new HashSet<>();
    for (Row row : part.rows()) {
      contents.add(Files.readString(row.image()));
    }
    return contents;
  }

  private void put(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
