package io.haori.server.engine;

import static io.haori.core.check.Check.require;

import io.haori.inference.heat.RelevanceMap;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.image.Pixels;
import java.util.List;

/** Computes where a classifier looked at a picture for its most probable label. */
final class HeatMapPass {
  private HeatMapPass() {}

  static Pixels of(TextPass pass, Row row) {
    Task task = pass.heads().labels().task();
    require(
        pass.base().backbone().config().pictures() != null,
        "heat map",
        "of a base that reads pictures",
        "one of texts");
    require(
        task.equals(TaskCatalogue.CLASSIFICATION),
        "heat map",
        "of a classifier",
        "a module for " + task.name());
    List<Row> rows = List.of(row);
    int[] heads = pass.headsOf(rows);
    double[] answer = pass.numbers(pass.tokenize(rows), heads)[0];
    int best = AnsweredRows.greatest(answer, 0, answer.length);
    return RelevanceMap.of(pass, row, heads[0], best);
  }
}
