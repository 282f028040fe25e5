package io.haori.inference.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.PictureReader;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.BaseInput;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * What patches of pictures are compared by: the states of some layers of a frozen vision
 * transformer, each the mean over the patch and its neighbours within the picture, side by side.
 *
 * <pre>{@code
 * φ(p)  = (mean of h_l(q), q in N(p))  for each layer l     [layers · hidden]
 * N(p)  = the square of patches around p, cut off at the border of the picture
 * }</pre>
 *
 * <p>Source: section 3.1 of PatchCore. Patches of a transformer all lie on one grid, so that no
 * layer is resized.
 */
final class PatchFeatures {
  private static final int PICTURES_AT_ONCE = 16;

  private final TextBase base;
  private final BaseInput.Pictures input;
  private final List<Integer> layers;
  private final int neighbourhood;

  /**
   * Features of a base.
   *
   * @param base reads pictures; not closed here
   * @param layers counted from 1, ascending
   * @param neighbourhood side of the square, odd
   */
  PatchFeatures(TextBase base, List<Integer> layers, int neighbourhood) {
    require(base.reader() instanceof PictureReader, "base", "one that reads pictures", base.name());
    int most = base.backbone().layers();
    require(
        layers.get(layers.size() - 1) <= most,
        "anomaly.layers",
        "at most " + most + " for this base",
        layers);
    this.base = base;
    this.input = ((PictureReader) base.reader()).input();
    this.layers = List.copyOf(layers);
    this.neighbourhood = neighbourhood;
  }

  /** Patches of a column. */
  int down() {
    return input.steps().height() / input.shape().patchSize();
  }

  /** Patches of a row. */
  int across() {
    return input.steps().width() / input.shape().patchSize();
  }

  /** Numbers that describe a patch. */
  int width() {
    return layers.size() * base.backbone().width();
  }

  /**
   * The mean of a picture's patches.
   *
   * @param features {@code [patches · width]}
   * @return {@code [width]}
   */
  float[] mean(float[] features) {
    float[] mean = new float[width()];
    int patches = features.length / mean.length;
    for (int i = 0; i < features.length; i++) {
      mean[i % mean.length] += features[i] / patches;
    }
    return mean;
  }

  /** How pictures are prepared. */
  BaseInput.Pictures input() {
    return input;
  }

  /**
   * The features of pictures, one after another.
   *
   * @param rows of pictures
   * @param taker gets the index of a row and its features, {@code [down · across · width]}
   */
  void of(List<Row> rows, BiConsumer<Integer, float[]> taker) {
    TokenizedRows tokens = base.reader().read(rows, base.backbone().positions());
    int lead = input.shape().leadingTokens();
    int patches = down() * across();
    int hidden = base.backbone().width();
    for (int from = 0; from < rows.size(); from += PICTURES_AT_ONCE) {
      int to = Math.min(rows.size(), from + PICTURES_AT_ONCE);
      float[][] states = new float[layers.size()][];
      try (Scope scope = Scope.open();
          TextBatch batch = TextPass.batch(tokens.batch(IntStream.range(from, to).toArray()))) {
        List<Tensor> all = base.backbone().statesAfter(layers, batch, DType.F32);
        for (int layer = 0; layer < states.length; layer++) {
          states[layer] = all.get(layer).toFloats();
        }
      }
      for (int row = from; row < to; row++) {
        float[] features = new float[patches * width()];
        int first = ((row - from) * (lead + patches) + lead) * hidden;
        for (int layer = 0; layer < states.length; layer++) {
          average(states[layer], first, hidden, features, layer * hidden);
        }
        taker.accept(row, features);
      }
    }
  }

  private void average(float[] states, int first, int hidden, float[] into, int offset) {
    int down = down();
    int across = across();
    int reach = neighbourhood / 2;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        int at = (y * across + x) * width() + offset;
        int count = 0;
        for (int ny = Math.max(0, y - reach); ny <= Math.min(down - 1, y + reach); ny++) {
          for (int nx = Math.max(0, x - reach); nx <= Math.min(across - 1, x + reach); nx++) {
            int from = first + (ny * across + nx) * hidden;
            for (int h = 0; h < hidden; h++) {
              into[at + h] += states[from + h];
            }
            count++;
          }
        }
        for (int h = 0; h < hidden; h++) {
          into[at + h] /= count;
        }
      }
    }
  }
}
