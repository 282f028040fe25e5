package io.haori.cli.predict;

import static io.haori.core.check.Check.require;

import io.haori.inference.heat.RelevanceMap;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.config.ModelConfig;
import io.haori.model.image.HeatMap;
import io.haori.model.image.Pixels;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes where a model looked for each answer, one PNG a picture. */
final class HeatMaps {
  private final Path folder;
  private final Set<Path> written = new HashSet<>();

  /**
   * Maps of a folder.
   *
   * @param folder made where it is missing
   * @param config of the base
   * @param task of the head
   */
  HeatMaps(Path folder, ModelConfig config, Task task) {
    require(
        config.pictures() != null,
        "--heat-maps",
        "left out for a base that reads texts",
        folder.toString());
    require(
        task.equals(TaskCatalogue.CLASSIFICATION),
        "--heat-maps",
        "left out for the task " + task.name(),
        folder.toString());
    this.folder = folder;
  }

  /** Of rows that the model has answered. */
  void write(TextModel model, List<Row> rows, TokenizedRows tokens, int[] headOfRow) {
    double[][] answers = model.numbers(tokens, headOfRow);
    for (int row = 0; row < answers.length; row++) {
      int best = AnsweredRows.greatest(answers[row], 0, answers[row].length);
      Pixels drawn = RelevanceMap.of(model.pass(), rows.get(row), headOfRow[row], best);
      HeatMap.write(file(rows.get(row)), drawn);
    }
  }

  /**
   * Named as the picture is, within the folder; what has a name already has its number before it.
   */
  private Path file(Row row) {
    Path name = Path.of(row.text()).normalize();
    boolean inside = !name.isAbsolute() && !name.startsWith("..");
    Path within = inside ? name : name.getFileName();
    String png = within.getFileName() + (within.toString().endsWith(".png") ? "" : ".png");
    Path file = folder.resolve(within).resolveSibling(png);
    return written.add(file) ? file : file.resolveSibling(row.line() + "-" + png);
  }
}
