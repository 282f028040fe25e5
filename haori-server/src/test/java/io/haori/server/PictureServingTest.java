package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.client.Asked;
import io.haori.client.Classified;
import io.haori.client.ClientSettings;
import io.haori.client.HaoriClient;
import io.haori.client.TextInput;
import io.haori.core.files.FolderWalk;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.TinyVision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A server of modules on a base that reads pictures, asked over HTTP. */
@TestInstance(Lifecycle.PER_CLASS)
final class PictureServingTest {
  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;
  private Path picture;
  private String sent;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    tiny = TinyRegistry.onPictures(temporary);
    tiny.add("inspector", "lora", 1);
    tiny.add("counter", "dora", 2);
    server = tiny.serve(ServerSettings.usual());
    http = new Http(server);
    picture = temporary.resolve("pictures/a.png");
    TinyVision.write(picture, "hole", new SplittableRandom(1));
    sent = Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private Answer classify(String model, String input) {
    return http.post("/v1/classify", "{'model':'" + model + "','input':" + input + "}");
  }

  @Test
  void aPictureThatIsSentIsAnsweredAsItsFileIs() {
    Answer answer =
        classify(
            "inspector",
            "[{'image':'" + sent + "'},{'image':'data:image/png;base64," + sent + "'}]");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode data = answer.json().path("data");
    assertThat(data).hasSize(2);
    try (TextModel model = tiny.model("lora", 1, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      Prediction expected = model.predictRows(List.of(Row.ofImage(picture, null))).get(0);
      for (JsonNode row : data) {
        assertThat(row.path("label").asText()).isEqualTo(expected.label());
        expected
            .probabilities()
            .forEach(
                (label, probability) ->
                    assertThat(row.path("probabilities").path(label).asDouble())
                        .isCloseTo(probability, within(1e-5)));
      }
    }
    assertThat(answer.json().at("/usage/total_tokens").asInt()).isEqualTo(2 * 17);
  }

  /** What is kept of an answer is the label, as for texts: neither the picture nor its name. */
  @Test
  void anAnswerToAPictureGetsFeedbackAndNothingOfThePictureIsKept() throws IOException {
    tiny.live(VersionId.of("inspector", 1));
    server.look();
    JsonNode answer = classify("inspector@live", "[{'image':'" + sent + "'}]").json();
    server.watchNow();

    Answer kept =
        http.post("/v1/feedback", "{'id':'" + answer.path("id").asText() + "','label':'a'}");

    assertThat(kept.status()).as(kept.text()).isEqualTo(200);
    byte[] beginning = Arrays.copyOf(Files.readAllBytes(picture), 64);
    for (Path file : FolderWalk.files(tiny.folder().resolve("reg"))) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(content.contains(new String(beginning, StandardCharsets.ISO_8859_1)))
          .as(file.toString())
          .isFalse();
      assertThat(content.contains(sent.substring(0, 60))).as(file.toString()).isFalse();
    }
  }

  @Test
  void vectorsOfPicturesAreGiven() {
    Answer answer =
        http.post("/v1/embeddings", "{'model':'counter','input':[{'image':'" + sent + "'}]}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().at("/data/0/embedding")).hasSize(32);
  }

  @Test
  void aJavaProgramSendsPictures() throws IOException {
    HaoriClient client = new HaoriClient(ClientSettings.of(server.url()));
    TextInput input = TextInput.picture(Files.readAllBytes(picture));

    Classified classified =
        client.classifyInputs(Asked.model("inspector"), List.of(input, input), 1);

    JsonNode row = classify("inspector", "[{'image':'" + sent + "'}]").json().at("/data/0");
    assertThat(classified.rows()).hasSize(2);
    assertThat(classified.rows().get(1).label()).isEqualTo(row.path("label").asText());
    assertThat(client.embedInputs("counter", List.of(input)).vectors().get(0)).hasSize(32);
  }

  @Test
  void whereTheModelLookedIsDrawnWhenItIsWanted() throws IOException {
    String asked = "{'model':'inspector','input':[{'image':'" + sent + "'}]";
    JsonNode plain = http.post("/v1/explain", asked + "}").json();
    JsonNode drawn = http.post("/v1/explain", asked + ",'heatMaps':true}").json();

    assertThat(plain.at("/data/0").has("heatMap")).isFalse();
    byte[] file = Base64.getDecoder().decode(drawn.at("/data/0/heatMap").asText());
    assertThat(ImageIO.read(new ByteArrayInputStream(file)).getWidth()).isEqualTo(224);
    assertThat(drawn.at("/data/0/label")).isEqualTo(plain.at("/data/0/label"));
    assertThat(http.post("/v1/explain", asked + ",'heatMaps':7}").detail())
        .isEqualTo("heatMaps must be true or false, got 7");
  }

  @Test
  void aTextIsRefusedInOneSentence() {
    Answer answer = classify("inspector", "'hello'");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail())
        .isEqualTo("data must be pictures for a base that reads pictures, got the text hello");
  }

  @Test
  void whatIsNoPictureIsRefusedInOneSentence() {
    assertThat(classify("inspector", "[{'image':'aGVsbG8='}]").detail())
        .isEqualTo("input[0].image: must be a picture (PNG, JPEG, BMP or TIFF), is none");
    assertThat(classify("inspector", "[{'image':7}]").detail())
        .isEqualTo("input[0].image must be a PNG, JPEG, BMP or TIFF file in base64, got 7");
  }

  /** 100,000 bytes that would take 110 MB of memory. */
  @Test
  void aPictureOfTooManyPixelsIsRefusedBeforeItIsDecoded() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(6000, 6000, BufferedImage.TYPE_BYTE_BINARY), "png", file);
    String bomb = Base64.getEncoder().encodeToString(file.toByteArray());

    Answer answer = classify("inspector", "[{'image':'" + bomb + "'}]");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail())
        .isEqualTo("input[0].image: must have at most 16777216 pixels, has 6000 x 6000");
  }
}
