package io.haori.inference.heat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyVision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelevanceTest {
  private static final int SIDE = 16;

  @TempDir Path temporary;

  @Test
  void tokensCountAsInTheReference() {
    Path folder = TinyVision.folder("vit-sizes", temporary);
    try (Scope scope = Scope.open();
        Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
        TextModel model = model(base, weights)) {
      Tensor pictures = io.load("in.pictures");
      long[] answers = io.load("out.answers").toLongs();
      for (int row = 0; row < answers.length; row++) {
        Row picture = picture(pictures.select(0, row));
        assertThat(model.predictRows(List.of(picture)).get(0).label())
            .isEqualTo("label " + answers[row]);

        double[] relevance = Relevance.of(model.pass(), picture, 0, (int) answers[row]);

        float[] expected = io.load("out.relevance").select(0, row).contiguous().toFloats();
        assertThat(relevance).hasSize(expected.length);
        for (int token = 0; token < expected.length; token++) {
          assertThat(relevance[token])
              .as("token " + token)
              .isCloseTo(expected[token], within(1e-5 * Math.abs(expected[token]) + 1e-6));
        }
      }
    }
  }

  @Test
  void aMapHasThePlacesThatCountedInColourAndTheRestInGrey() {
    Pixels grey = Pixels.of(2, 2, new byte[] {90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90});

    Pixels drawn = RelevanceMap.over(grey, new double[] {0, 0, 0, 3}, 2, 2);

    assertThat(drawn.height()).isEqualTo(224);
    assertThat(drawn.at(5, 5, 0)).isEqualTo(90).isEqualTo(drawn.at(5, 5, 2));
    assertThat(drawn.at(219, 219, 0)).isGreaterThan(180);
    assertThat(drawn.at(219, 219, 2)).isLessThan(60);
  }

  private static Row picture(Tensor chw) {
    float[] values = chw.permute(1, 2, 0).contiguous().toFloats();
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i];
    }
    return new Row("picture", null, null, null, 1)
        .showing(new Picture.Decoded(Pixels.of(SIDE, SIDE, rgb)));
  }

  /** The reference's own classifier, on an adapter that changes nothing. */
  private static TextModel model(TextBase base, Weights weights) {
    AdapterModule module =
        AdapterModule.create(
            "task", MethodCatalogue.create("lora", Map.of()), base.backbone(), new Random(1));
    DomainLabels labels =
        DomainLabels.single(
            TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("label 0", "label 1", "label 2")));
    Heads heads = Heads.create(labels, base.backbone().width(), new Random(1));
    heads.parameters().get(0).value().copyInPlace(weights.load("classifier.weight"));
    heads.parameters().get(1).value().copyInPlace(weights.load("classifier.bias"));
    return new TextModel(base, module, heads, new TextOptions(Pooling.AUTO, 16, DType.F32));
  }
}
