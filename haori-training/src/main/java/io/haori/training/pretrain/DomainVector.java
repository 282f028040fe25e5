package io.haori.training.pretrain;

import io.haori.core.check.Check;
import io.haori.core.weights.DType;
import io.haori.core.weights.FiniteNumbers;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Where a domain's texts are among all texts: the mean of their vectors in the frozen base, by
 * which a text finds the modules of the nearest domains. Kept beside a domain's module in {@code
 * domain.safetensors} with one tensor {@code mean [width]}.
 *
 * <pre>{@code
 * u = mean of a text's last states, of length 1      c = mean of u over at most 256 texts, of length 1
 * }</pre>
 */
public final class DomainVector {
  /** Name of the file in a module's folder. */
  public static final String FILE = "domain.safetensors";

  private static final String MEAN = "mean";

  /** AdapterSoup (arXiv 2302.07027) takes a hundred sentences of each domain. */
  private static final int TEXTS = 256;

  private DomainVector() {}

  /**
   * The mean vector.
   *
   * @param base reads the texts; stays open
   * @param texts at least one; of more than 256 a random part is read
   * @param maxLength tokens that are read of a text
   * @param precision type of the activations
   * @param seed decides which texts are read
   * @return {@code [width]} of length 1
   */
  public static float[] of(
      TextBase base, List<Row> texts, int maxLength, DType precision, long seed) {
    Check.require(!texts.isEmpty(), "texts of a domain", "at least one", "none");
    List<Row> read = new ArrayList<>(texts);
    Collections.shuffle(read, new Random(seed));
    TextOptions options = new TextOptions(Pooling.MEAN, maxLength, precision);
    float[][] vectors =
        new TextEmbedder(base, Adaptation.NONE, options, true)
            .vectors(read.subList(0, Math.min(TEXTS, read.size())));
    double[] sum = new double[vectors[0].length];
    for (float[] vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector[i];
      }
    }
    double squares = 0;
    for (double number : sum) {
      squares += number * number;
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length && squares > 0; i++) {
      mean[i] = (float) (sum[i] / Math.sqrt(squares));
    }
    return mean;
  }

  /** Writes it beside a module. */
  static void write(Path folder, float[] vector) {
    try (Scope scope = Scope.open()) {
      Tensor mean = Tensors.of(vector, vector.length);
      SafetensorsWriter.write(folder.resolve(FILE), Map.of(MEAN, mean), Map.of("format", "pt"));
    }
  }

  /**
   * What is beside a module.
   *
   * @param folder the module's
   * @param width of the base
   * @return empty where there is none
   * @throws io.haori.core.check.UserError when it is damaged or of another base's width
   */
  public static Optional<float[]> read(Path folder, int width) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      if (!stored.names().contains(MEAN)) {
        throw Check.in(file, "must hold the tensor " + MEAN + ", found none");
      }
      float[] vector = stored.load(MEAN).toFloats();
      if (vector.length != width) {
        throw Check.in(
            file, MEAN + " must have the base's width, " + width + ", got " + vector.length);
      }
      return Optional.of(vector);
    }
  }
}
