package io.haori.model.text;

import io.haori.core.check.UserError;
import io.haori.model.text.japanese.JapaneseSplitting;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a folder's {@code tokenizer_class} makes of its files. Hugging Face's libraries take the
 * vocabulary alone from the {@code tokenizer.json} of a BERT or RoBERTa tokenizer and everything
 * else from {@code tokenizer_config.json}, even where both disagree, so we do.
 */
enum TokenizerClass {
  /** WordPiece with BERT's word splitting, chosen by {@code tokenizer_config.json}. */
  BERT(
      List.of(
          "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SqueezeBertTokenizer")),
  /** WordPiece or characters behind words of Japanese, chosen by {@code tokenizer_config.json}. */
  JAPANESE(List.of(JapaneseSplitting.CLASS)),
  /** Byte-level BPE, chosen by {@code tokenizer_config.json}. */
  ROBERTA(List.of("RobertaTokenizer", "BartTokenizer", "LEDTokenizer", "LongformerTokenizer")),
  /** All that {@code tokenizer.json} says, as it is. */
  FILE(
      List.of(
          "PreTrainedTokenizerFast",
          "PreTrainedTokenizer",
          "TokenizersBackend",
          "XLMRobertaTokenizer",
          "CamembertTokenizer"));

  @SuppressWarnings("ImmutableEnumChecker") // Lists of List.of never change.
  private final List<String> names;

  TokenizerClass(List<String> names) {
    this.names = names;
  }

  /**
   * The class of a name.
   *
   * @param where file and key, for the message
   * @param name with or without {@code Fast} at its end
   * @param detail said after the name in the message
   * @throws UserError when it does what cannot be done here
   */
  static TokenizerClass of(String where, String name, String detail) {
    return Arrays.stream(values())
        .filter(kind -> kind.has(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    where
                        + " must be one of "
                        + String.join(", ", known())
                        + ", got "
                        + name
                        + detail
                        + ": its way to split texts is not known here; choose another base, for"
                        + " example mbert, or one with a tokenizer.json that does all of it and"
                        + " the class PreTrainedTokenizerFast"));
  }

  /** Whether a name, with or without {@code Fast} at its end, is of this kind. */
  boolean has(String name) {
    return names.contains(name)
        || (name.endsWith("Fast")
            && names.contains(name.substring(0, name.length() - "Fast".length())));
  }

  private static List<String> known() {
    return Stream.of(values()).flatMap(kind -> kind.names.stream()).toList();
  }
}
