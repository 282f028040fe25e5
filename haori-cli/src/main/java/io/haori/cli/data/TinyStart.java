package io.haori.cli.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.task.spi.Row;
import io.haori.model.family.llama.NewLlama;
import io.haori.model.text.bpe.BytePairs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A decoder that knows nothing yet, with a tokenizer of the texts that it is to learn. */
final class TinyStart {
  private static final String BEGIN = "<s>";
  private static final String END = "</s>";
  private static final String PAD = "<pad>";
  private static final String TURN = "<|im_start|>";
  private static final String TURN_END = "<|im_end|>";

  /** Its place is its id. */
  private static final List<String> SPECIAL = List.of(BEGIN, END, PAD, TURN, TURN_END);

  /** How conversations are written. */
  private static final String TEMPLATE =
      "{{ bos_token }}{% for message in messages %}"
          + "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private TinyStart() {}

  /**
   * Writes it as a Hugging Face folder.
   *
   * @param folder in place of what was there
   * @param rows that it is to learn
   * @param size how large it is
   * @param seed where the draws begin
   */
  static void write(Path folder, List<Row> rows, TinySize size, long seed) {
    List<String> texts = new ArrayList<>();
    for (Row row : rows) {
      texts.add(row.text());
      String pair = row.textPair();
      if (pair != null) {
        texts.add(pair);
      }
    }
    NewLlama shape = size.shape();
    BytePairs pairs = BytePairs.learn(texts, shape.vocabulary(), SPECIAL);
    AtomicFiles.writeFolder(
        folder,
        target -> {
          shape.write(
              target, SPECIAL.indexOf(BEGIN), SPECIAL.indexOf(END), SPECIAL.indexOf(PAD), seed);
          AtomicFiles.writeText(
              target.resolve("tokenizer.json"), pairs.toJson().toPrettyString() + "\n");
          AtomicFiles.writeText(
              target.resolve("tokenizer_config.json"), config(shape).toPrettyString() + "\n");
        });
  }

  private static ObjectNode config(NewLlama shape) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("bos_token", BEGIN)
        .put("eos_token", END)
        .put("pad_token", PAD)
        .put("model_max_length", shape.positions())
        .put("chat_template", TEMPLATE);
  }
}
