package io.haori.cli.tune;

import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.model.TextBase;
import io.haori.registry.version.Parent;
import io.haori.training.data.DataFile;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.PretrainSettings;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** How a module of a decoder comes to answer, and what is kept of it. */
public interface AnswerWay {
  /** The command's name. */
  default String command() {
    return "tune";
  }

  /**
   * What was learnt; its module is open as long as the call that it is handed to.
   *
   * @param method its name
   * @param settings by name, for the result
   * @param described by name, for the module's folder
   * @param epochs that were learnt; 0 for a module as it was
   * @param trainable numbers that were trained
   * @param result losses of the held-out rows
   * @param module that was learnt
   * @param reading settings that say how rows are read
   */
  record Learnt(
      String method,
      Map<String, Object> settings,
      Map<String, Object> described,
      int epochs,
      long trainable,
      DomainResult result,
      AdapterModule module,
      PretrainSettings reading) {}

  /**
   * Learns.
   *
   * @param learning the base and the rows
   * @param done is handed what was learnt, at most once
   * @return false when it was interrupted
   */
  boolean learn(AnswerLearning learning, Consumer<Learnt> done);

  /**
   * The module as it is stored.
   *
   * @param learnt stays with the caller
   * @param base that it sits on
   * @return the same, or one that the caller owns
   */
  default AdapterModule stored(AdapterModule learnt, TextBase base) {
    return learnt;
  }

  /** Whether {@link #look} wants to see it. */
  default boolean looks(Learnt learnt) {
    return false;
  }

  /**
   * Looks at a module that is stored and has answered.
   *
   * @param learnt its module is open
   * @param base that it sits on
   * @param file of the rows
   * @param answers to them; at least one
   * @param stopRequested asked once a token
   */
  default void look(
      Learnt learnt,
      TextBase base,
      DataFile file,
      WrittenAnswers answers,
      BooleanSupplier stopRequested) {}

  /** Versions of a registry that the stored module was made of. */
  default List<Parent> parents() {
    return List.of();
  }

  /** What is to be said of it, for a person. */
  default List<String> words() {
    return List.of();
  }

  /** Shows what is more than lines, such as tables, after these. */
  default void print(Console console) {}

  /** The same for a program. */
  default void put(JsonResult json) {}
}
