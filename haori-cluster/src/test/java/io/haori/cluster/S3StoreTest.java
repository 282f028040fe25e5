package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in a bucket of S3, where a rename copies: a server that keeps objects as files. */
@Tag("cluster")
final class S3StoreTest extends StoreContract {
  @TempDir static Path shared;
  private static S3Server server;

  @BeforeAll
  static void startServer() throws IOException, InterruptedException {
    server = S3Server.start(shared, "models");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected Place place() {
    return place("s3a://models/haori", S3Server.SECRET);
  }

  private static Place place(String uri, String secret) {
    return new Place(uri, SparkJars.file("stores/target/s3a"), server.options(secret));
  }

  @Test
  void runsGoThroughIt() throws IOException, InterruptedException {
    StoredRuns.check(folder, SparkJars.haori(shared), place());
  }

  private String refused(Place place) throws IOException, InterruptedException {
    Program.Ran ran = StoredRuns.pretrain(folder, SparkJars.haori(shared), place, "out");
    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).hasLineCount(1);
    assertThat(folder.resolve("out")).doesNotExist();
    return ran.err();
  }

  @Test
  void mistakesAreOneSentenceEach() throws IOException, InterruptedException {
    assertThat(refused(place("s3a://elsewhere/haori", S3Server.SECRET)))
        .startsWith("the store s3a://elsewhere/haori cannot be written (")
        .contains("The specified bucket does not exist");
    assertThat(refused(place("s3a://models/haori", "wrong")))
        .startsWith("the store s3a://models/haori cannot be written (Forbidden ");
  }
}
