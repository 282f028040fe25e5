package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.Relation;
import io.haori.testkit.TinyBase;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of job with the program's own commands, each once, on a tiny base and few rows. */
@TestInstance(Lifecycle.PER_CLASS)
final class JobKindsTest {
  private static final String ONE_EPOCH = "\"settings\":{\"training.epochs\":1,\"maxLength\":16}";

  private JobServer jobs;
  private Registry registry;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    jobs = JobServer.start(temporary, "tune", TinyBase.folder(temporary));
    registry = jobs.registry();
    Path rows = TinyBase.data(temporary.resolve("rows"), 60, false);
    String labelled = Files.readString(rows.resolve("train.jsonl"));
    put("north", "jsonl", labelled);
    put("south", "jsonl", labelled.replaceFirst("\n", " \n"));
    put("texts", "txt", labelled.replaceAll("(?m)^.*\"text\":\"([^\"]*)\".*$", "$1"));
  }

  @AfterAll
  void stop() throws IOException {
    jobs.close();
  }

  private void put(String name, String ending, String content) throws Exception {
    JsonNode answer = jobs.put(name, "x." + ending, "", content.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.path("id").asText()).as(answer.toString()).isEqualTo(name + "@1");
  }

  @Test
  void aTableThatNamesPicturesOfTheServersOwnIsNotKept(@TempDir Path folder) throws Exception {
    StringBuilder table = new StringBuilder("image,label\n");
    for (int i = 0; i < 12; i++) {
      Path picture = folder.resolve("secret" + i + ".png");
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      image.createGraphics().fillRect(i, 0, 1 + i % 3, 16 - i);
      assertThat(ImageIO.write(image, "png", picture.toFile())).isTrue();
      table.append(picture).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }

    JsonNode answer =
        jobs.put("pictures", "x.csv", "", table.toString().getBytes(StandardCharsets.UTF_8));

    assertThat(answer.path("status").asInt()).isEqualTo(400);
    assertThat(answer.path("detail").asText())
        .isEqualTo(
            "file must hold texts, or be a ZIP file of pictures, got rows that name pictures");
    assertThat(jobs.json(jobs.request("/v1/data")).findValuesAsText("id"))
        .noneMatch(id -> id.startsWith("pictures"));
  }

  @Test
  void aModuleOfTextsIsMixedAndGatedAndBothKnowTheirParent() throws Exception {
    JsonNode first =
        jobs.done("\"kind\":\"pretrain\",\"name\":\"first\",\"data\":\"texts\"," + ONE_EPOCH);
    assertThat(first.path("version").asText()).isEqualTo("first@1");
    assertThat(first.at("/result/domains/0/texts").asInt()).isPositive();
    JsonNode mixed =
        jobs.done(
            "\"kind\":\"mix\",\"name\":\"mixed\",\"data\":\"north\",\"modules\":\"first@1\","
                + ONE_EPOCH);
    assertThat(mixed.path("version").asText()).isEqualTo("mixed@1");
    assertThat(mixed.at("/result/contributions").size()).isEqualTo(1);
    assertThat(mixed.at("/result/interval/rows").asInt()).isPositive();
    var version = registry.modules().versions(new ModuleName("mixed")).get(0).version();
    assertThat(version.parents())
        .extracting(one -> one.id() + " " + one.relation())
        .containsExactly("first@1 " + Relation.MIX);
    assertThat(registry.lifeCycle().evaluations(version.id())).hasSize(1);

    JsonNode gated =
        jobs.done(
            "\"kind\":\"mix\",\"route\":\"gated\",\"name\":\"gate\",\"data\":\"north\",\"modules\":\"first@1\","
                + ONE_EPOCH);
    assertThat(gated.path("route").asText()).isEqualTo("gated");
    var gate = registry.modules().versions(new ModuleName("gate")).get(0).version();
    assertThat(gate.origin().toString()).contains("gated");
    assertThat(gate.parents()).extracting(one -> one.id().toString()).containsExactly("first@1");
  }

  @Test
  void aVersionIsFittedEvaluatedAndMeasuredTogetherWithAnother(@TempDir Path temporary)
      throws Exception {
    jobs.done("\"kind\":\"tune\",\"name\":\"north\",\"data\":\"north\"," + ONE_EPOCH);
    Path copy = temporary.resolve("south");
    registry.modules().export(ModuleReference.parse("north"), copy);
    registry.modules().add(copy, new ModuleName("south"), Addition.plain());
    JsonNode evaluated =
        jobs.done(
            "\"kind\":\"evaluate\",\"name\":\"north\",\"data\":\"south\",\"modules\":\"north@1\"");
    assertThat(evaluated.at("/result/interval/rows").asInt()).isPositive();
    assertThat(registry.lifeCycle().evaluations(VersionId.of("north", 1)))
        .extracting(one -> one.evaluation().dataName())
        .containsExactly("north", "south");
    jobs.done(
        "\"kind\":\"together\",\"name\":\"north\",\"data\":[\"north\",\"south\"],"
            + "\"modules\":[\"north@1\",\"south@1\"],\"settings\":{\"weights\":[0.5,1]}");
    assertThat(registry.combinations().evidence("north@1*0.5 + south@1", new ModuleName("north")))
        .extracting(one -> one.member() + " " + one.dataName() + " " + one.rows())
        .containsExactly("north@1 north 9", "south@1 south 9");
  }

  @Test
  void methodsAndDomainsAreCompared() throws Exception {
    JsonNode compared =
        jobs.done(
            "\"kind\":\"compare\",\"name\":\"methods\",\"data\":\"north\",\"settings\":{"
                + "\"methods\":[{\"name\":\"small\",\"settings\":{\"method\":\"lora\","
                + "\"training.epochs\":1,\"maxLength\":16}},{\"name\":\"frozen\",\"settings\":{\"method\":"
                + "\"frozen\",\"training.epochs\":1,\"maxLength\":16}}],\"seeds\":[1,2]}");
    assertThat(compared.at("/result/rows").size()).isEqualTo(2);
    JsonNode similar =
        jobs.done(
            "\"kind\":\"analyze\",\"analysis\":\"similarity\",\"name\":\"likeness\",\"data\":["
                + "\"north\",\"south\"],\"seeds\":1,"
                + ONE_EPOCH);
    assertThat(similar.at("/result/domains").toString()).isEqualTo("[\"north\",\"south\"]");
    assertThat(similar.at("/result/predictors").size()).isEqualTo(3);
  }
}
