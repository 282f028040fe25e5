import io.haori.core.check.UserError;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.*;
import io.haori.inference.task.spi.*;
import io.haori.model.backbone.Pooling;
import io.haori.training.data.*;
import io.haori.training.task.*;
import io.haori.training.task.answer.*;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Arguments: the folder to write, and perhaps a workbook and the base that reads its language. */
public final class TicketSorter {
  public static void main(String[] args) {
    String base = args.length > 2 ? args[2] : "minilm";
    try {
      Dataset data =
          args.length > 1 ? workbook(Path.of(args[1])) : Dataset.of(tickets()).split(42);
      sort(data, base, Path.of(args[0]));
    } catch (UserError mistake) {
      System.err.println(mistake.getMessage());
      System.exit(2);
    }
  }

  private static void sort(Dataset data, String baseName, Path folder) {
    TuneSettings settings =
        TuneSettings.builder("lora")
            .set("rank", 4)
            .pooling(Pooling.MEAN)
            .learningRate(2e-3)
            .batchSize(4)
            .epochs(10)
            .build();
    try (TextBase base = TextBase.open(baseName)) {
      try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
        Map<String, Double> test = Predictions.of(tuned.model(), data.test()).scores().byName();
        System.out.printf("%.0f %% of the test rows are right%n", 100 * test.get("accuracy"));
        AdapterFolder.save(folder, tuned.model(), tuned.provenance(data, settings, test));
      }
      List<String> texts = data.test().rows().stream().map(Row::text).limit(2).toList();
      try (TextModel model = AdapterFolder.load(folder, base)) {
        for (Prediction prediction : model.predict(texts)) {
          System.out.printf("%s %.2f%n", prediction.label(), prediction.probability());
        }
      }
    }
  }

  private static Dataset workbook(Path file) {
    Columns columns = new Columns("内容", null, "分類", null);
    return Dataset.read(file, DataOptions.USUAL.withColumns(columns));
  }

  private static List<Row> tickets() {
    List<Row> rows = new ArrayList<>();
    for (String thing : "printer laptop monitor keyboard phone router cable desk".split(" ")) {
      rows.add(Row.of("the " + thing + " does not work", "repair"));
      rows.add(Row.of("my " + thing + " is broken", "repair"));
      rows.add(Row.of("where is the " + thing + " that I ordered", "delivery"));
      rows.add(Row.of("the " + thing + " has not arrived", "delivery"));
      rows.add(Row.of("the bill for the " + thing + " is wrong", "billing"));
      rows.add(Row.of("I paid too much for the " + thing, "billing"));
    }
    return rows;
  }
}
