package io.haori.cli.mix;

import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.training.mix.AnswerSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A decoder's mix in several sizes, as a table and as JSON. */
final class AnswerSizesView {
  private AnswerSizesView() {}

  /** One row a size. */
  static Table table(List<AnswerSize> sizes) {
    Table table = new Table("stored as", "bytes", "energy lost", "perplexity", "exactly right");
    for (AnswerSize size : sizes) {
      Double exact = size.scores().get("exactMatch");
      table.row(
          size.rank() == null ? "the mix as it is" : "one LoRA of rank " + size.rank(),
          ScoreText.bytes(size.storedBytes()),
          String.format(Locale.ROOT, "%.2f %%", 100 * size.energyLost()),
          String.format(Locale.ROOT, "%.2f", Math.exp(size.loss())),
          exact == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * exact));
    }
    return table;
  }

  /** As the command's JSON shows it. */
  static List<Map<String, Object>> forJson(List<AnswerSize> sizes) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (AnswerSize size : sizes) {
      Map<String, Object> json = new LinkedHashMap<>();
      if (size.rank() != null) {
        json.put("rank", size.rank());
      }
      json.put("storedBytes", size.storedBytes());
      json.put("energyLost", size.energyLost());
      json.put("loss", size.loss());
      json.put("perplexity", Math.exp(size.loss()));
      json.put("scores", size.scores());
      list.add(json);
    }
    return list;
  }
}
