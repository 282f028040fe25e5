import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.*;
import io.haori.inference.task.spi.Prediction;
import io.haori.training.data.Dataset;
import io.haori.training.task.*;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.Map;

public final class FoodSorter {
  public static void main(String[] args) {
    Path data = Path.of(args[0]), adapter = Path.of(args[1]);
    Dataset rows = Dataset.read(data);
    TuneSettings settings = TuneSettings.builder("lora").set("rank", 8).build();
    try (TextBase base = TextBase.open("minilm")) {
      try (TunedModel tuned = new Tuner(base, settings).tune(rows)) {
        Map<String, Double> test = Predictions.of(tuned.model(), rows.test()).scores().byName();
        AdapterFolder.save(adapter, tuned.model(), tuned.provenance(rows, settings, test));
      }
      try (TextModel model = AdapterFolder.load(adapter, base)) {
        Prediction prediction = model.predict("a rich soup thickened with okra");
        System.out.printf("%s %.2f%n", prediction.label(), prediction.probability());
      }
    }
  }
}
