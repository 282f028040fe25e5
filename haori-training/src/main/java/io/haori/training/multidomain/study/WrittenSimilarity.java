package io.haori.training.multidomain.study;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.DataFile;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.multidomain.Domain;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.Domains;
import io.haori.training.pretrain.AnswerLosses;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How alike domains are that a decoder writes, without training any two together: vectors of their
 * rows, prompt and answer as one text, and gradients of their loss at a common start.
 *
 * @param base a decoder; stays unchanged
 * @param domains of prompts with answers, or of texts
 * @param settings of the models that would be trained; the seed is used
 */
public record WrittenSimilarity(TextBase base, Domains domains, DomainSetSettings settings)
    implements Alikeness {
  /** Rows of each domain that are looked at: more move the figures by little. */
  private static final int MOST_ROWS = 256;

  @Override
  public List<double[][]> vectors() {
    TextEmbedder embedder = new TextEmbedder(base, Adaptation.NONE, settings.tune().text(), false);
    List<double[][]> all = new ArrayList<>();
    for (Domain domain : domains.all()) {
      List<Row> texts = some(domain.data().train()).stream().map(WrittenSimilarity::whole).toList();
      float[][] vectors = embedder.vectors(texts);
      double[][] wide = new double[vectors.length][];
      for (int row = 0; row < wide.length; row++) {
        wide[row] = new double[vectors[row].length];
        for (int k = 0; k < wide[row].length; k++) {
          wide[row][k] = vectors[row][k];
        }
      }
      all.add(wide);
    }
    return all;
  }

  private static Row whole(Row row) {
    String answer = row.textPair();
    return new Row(answer == null ? row.text() : row.text() + answer, null, null, null, row.line());
  }

  private static List<Row> some(DataFile file) {
    return file.rows().subList(0, Math.min(MOST_ROWS, file.rows().size()));
  }

  @Override
  public double[][] gradientCosines(List<double[][]> vectors) {
    float[][] gradients = new float[domains.size()][];
    try (AdapterModule module =
        AdapterModule.create(
            "task",
            settings.tune().method(),
            base.backbone(),
            new SplittableRandom(Seeds.of(settings.tune().loop().seed(), Purpose.START)))) {
      for (int domain = 0; domain < gradients.length; domain++) {
        DataFile file = domains.all().get(domain).data().train();
        gradients[domain] =
            AnswerLosses.of(base, AnswerSettings.of(settings.tune()), file, some(file))
                .gradient(module);
      }
    }
    return Similarity.cosines(gradients);
  }
}
