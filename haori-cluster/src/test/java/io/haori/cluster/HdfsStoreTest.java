package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on HDFS: its name node and a data node are a process. */
@Tag("cluster")
final class HdfsStoreTest extends StoreContract {
  @TempDir static Path shared;
  private static Hdfs hdfs;

  @BeforeAll
  static void startHdfs() throws IOException, InterruptedException {
    hdfs = Hdfs.start(shared);
  }

  @AfterAll
  static void stopHdfs() {
    hdfs.close();
  }

  @Override
  protected Place place() {
    return new Place(hdfs.address() + "/haori", List.of(), List.of());
  }

  @Test
  void runsGoThroughIt() throws IOException, InterruptedException {
    StoredRuns.check(folder, SparkJars.haori(shared), place());
  }

  @Test
  void oneThatDoesNotAnswerIsOneSentence() throws IOException, InterruptedException {
    String uri = "hdfs://127.0.0.1:1/haori";
    Program.Ran ran =
        StoredRuns.pretrain(
            folder, SparkJars.haori(shared), new Place(uri, List.of(), List.of()), "out");

    assertThat(ran.err())
        .startsWith("the store " + uri + " cannot be ")
        .contains("Connection refused")
        .hasLineCount(1);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
