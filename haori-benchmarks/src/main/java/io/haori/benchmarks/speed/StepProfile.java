package io.haori.benchmarks.speed;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.quant.BaseForm;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.Map;

/**
 * Says which operations and which parts of the model a fit spends its time in: epochs of training
 * with their validation, and one pass over the test rows. System properties: {@code data} (a
 * folder), {@code base}, {@code basePrecision} (as {@code precision}, or int8), {@code rows}
 * (training rows at most), {@code epochs}, {@code method}, {@code precision}, {@code threads}.
 * Prints a table of operations and one of parts, as Markdown.
 */
public final class StepProfile {
  private StepProfile() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    DType dtype = TextOptions.precision("precision", System.getProperty("precision", "bf16"));
    Engine.setThreads(Integer.getInteger("threads", 2));
    Dataset data = few(Dataset.read(Path.of(System.getProperty("data"))));
    TuneSettings settings =
        new TuneSettings(
            MethodCatalogue.create(System.getProperty("method", "lora"), Map.of()),
            LoopConfig.DEFAULT.withEpochs(Integer.getInteger("epochs", 1)),
            new TextOptions(Pooling.AUTO, TextOptions.DEFAULT_MAX_LENGTH, dtype),
            32,
            false);
    String kept = System.getProperty("basePrecision", BasePrecision.of(dtype).id());
    BaseForm form = new BaseForm(BasePrecision.parse(kept).orElseThrow(), InputGradients.INT8);
    try (TextBase base =
        TextBase.open(System.getProperty("base", "minilm"), form, FetchListener.SILENT)) {
      // Once without being watched: the first call of each operation is not what is asked for.
      fit(base, settings, data);
      long begin = System.nanoTime();
      StackProfile profile = StackProfile.begin();
      fit(base, settings, data);
      System.out.printf("%n%d ms%n", (System.nanoTime() - begin) / 1_000_000);
      profile.print();
    }
  }

  private static Dataset few(Dataset data) {
    int most = Integer.getInteger("rows", Integer.MAX_VALUE);
    if (data.train().rows().size() <= most) {
      return data;
    }
    DataFile train = new DataFile(data.train().path(), data.train().rows().subList(0, most), "few");
    return new Dataset(data.folder(), data.labels(), train, data.validation(), data.test());
  }

  private static void fit(TextBase base, TuneSettings settings, Dataset data) {
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      var unused = Predictions.of(tuned.model(), data.test());
    }
  }
}
