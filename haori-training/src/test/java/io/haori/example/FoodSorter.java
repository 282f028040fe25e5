package io.haori.example;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.model.base.FetchListener;
import io.haori.tensor.DType;
import io.haori.training.data.Dataset;
import io.haori.training.task.*;
import java.nio.file.Path;
import java.util.Map;

public final class FoodSorter {
  public static void main(String[] args) {
    Path data = Path.of(args[0]), adapter = Path.of(args[1]);
    Dataset rows = Dataset.read(data);
    TuneSettings settings = TuneSettings.of(MethodCatalogue.create("lora", Map.of("rank", "8")));
    try (TextBase base = TextBase.open("minilm", settings.baseType(), FetchListener.SILENT)) {
      try (TunedModel tuned = new Tuner(base, settings).tune(rows)) {
        Map<String, Double> test = Predictions.of(tuned.model(), rows.test()).scores().byName();
        AdapterFolder.save(adapter, tuned.model(), Provenance.of(rows, settings, tuned, test));
      }
      try (TextModel model = AdapterFolder.load(adapter, base, DType.F32)) {
        System.out.println(model.predict("a rich soup thickened with okra"));
      }
    }
  }
}
