package io.haori.cli.tune;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.BaseDifference;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.tensor.quant.BasePrecision;
import io.haori.training.data.DataFile;
import io.haori.training.task.answer.BaseDifferences;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter that was trained on a base of integers answers on a dense one: measured once
 * after its training and kept in its folder, so that whoever uses it there knows.
 *
 * @param trained how the base was kept in training
 * @param difference what was measured; null on a dense base
 * @param bytes that the adapter takes
 */
public record DenseBase(BasePrecision trained, @Nullable BaseDifference difference, long bytes) {
  /**
   * Measures it and stores it; does nothing where the base is dense.
   *
   * @param out the stored adapter
   * @param model what was stored
   * @param bytes that it takes
   * @param test labelled rows
   */
  public static DenseBase measure(
      Session session, CommonOptions common, Path out, TextModel model, long bytes, DataFile test) {
    BasePrecision trained = model.base().precision();
    if (!trained.quantises()) {
      return new DenseBase(trained, null, bytes);
    }
    BasePrecision dense = BasePrecision.of(model.options().precision());
    session.note(common, "Answering test rows on a base kept as " + dense.id() + " as well …");
    try (TextBase base = new EngineSetup(session, common).open(model.base().name(), dense);
        TextModel other = AdapterFolder.load(out, base, model.options().precision())) {
      BaseDifference difference = BaseDifferences.measure(model, other, test.rows());
      return new DenseBase(trained, difference, AdapterFolder.add(out, difference));
    }
  }

  /** Prints a line; nothing where nothing was measured. */
  public void print(Session session) {
    if (difference != null) {
      session
          .console()
          .out()
          .println(
              "On a base kept as "
                  + difference.precision().id()
                  + ", not "
                  + trained.id()
                  + ": "
                  + difference.words()
                  + ".");
    }
  }

  /** Puts what was measured, if anything. */
  public void put(JsonResult json) {
    if (difference != null) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("trained", trained.id());
      figures.put("precision", difference.precision().id());
      figures.put("rows", difference.rows());
      figures.put("score", difference.score());
      figures.put("trainedScore", difference.trained());
      figures.put("otherScore", difference.other());
      if (!Double.isNaN(difference.changed())) {
        figures.put("changed", difference.changed());
      }
      figures.put("logits", difference.logits());
      json.put("baseDifference", figures);
    }
  }
}
