package io.haori.inference.live;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One state of a live model, which stays as it is, and in memory, until this is closed. May be used
 * by several threads.
 */
public final class LivePicture implements AutoCloseable {
  private final TextBase base;
  private final TextOptions options;
  private final Shared<LiveState> state;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes one hold of the state over. */
  LivePicture(TextBase base, TextOptions options, Shared<LiveState> state) {
    this.base = base;
    this.options = options;
    this.state = state;
  }

  private LiveState state() {
    if (closed.get()) {
      throw new IllegalStateException("the picture is closed");
    }
    return state.value();
  }

  /** How the modules stand, in the order in which they were attached. */
  public List<ModuleStatus> modules() {
    return state().modules().stream().map(ModuleStatus::of).toList();
  }

  /** The numbers of the live versions of the modules that take part. */
  public Map<String, Integer> versions() {
    Map<String, Integer> versions = new LinkedHashMap<>();
    enabled().forEach(module -> versions.put(module.name(), module.live().number()));
    return versions;
  }

  /**
   * A module that takes part.
   *
   * @param name in the live model
   * @param module owned by the live model; use it only while the snapshot is open
   * @param weight of its update
   * @param uses names of the modules that it mixes
   */
  public record Enabled(String name, AdapterModule module, double weight, Set<String> uses) {}

  /** The live versions of the modules that take part, in the order in which they were attached. */
  public List<Enabled> enabledModules() {
    return enabled().stream()
        .map(one -> new Enabled(one.name(), one.part().module(), one.weight(), one.part().uses()))
        .toList();
  }

  /** The modules that take part. */
  List<LiveModule> enabled() {
    return state().modules().stream().filter(LiveModule::enabled).toList();
  }

  /**
   * A prediction with the model's own heads. Use it only while this is open.
   *
   * @throws io.haori.core.check.UserError when the model has none
   */
  public TextPass pass() {
    Heads heads = state().heads();
    require(heads != null, "heads", "named by their module, as the model has none", "no name");
    return pass(Objects.requireNonNull(heads));
  }

  /**
   * A prediction with the heads that came with a module, whether it is enabled or not. Use it only
   * while this is open.
   *
   * @param module name of an attached module
   * @throws io.haori.core.check.UserError when there is no such module, or it has no heads
   */
  public TextPass pass(String module) {
    Map<String, Heads> known = new LinkedHashMap<>();
    for (LiveModule one : state().modules()) {
      Heads heads = one.part().heads();
      if (heads != null) {
        known.put(one.name(), heads);
      }
    }
    Heads heads = known.get(module);
    require(heads != null, "module with heads", "one of " + known.keySet(), module);
    return pass(Objects.requireNonNull(heads));
  }

  private TextPass pass(Heads heads) {
    return new TextPass(base, state(), heads, options);
  }

  /**
   * Answers of the model's own first head.
   *
   * @param texts at least one
   * @return {@code [n][outputs]}: probabilities of the classes, or the number
   */
  public float[][] answers(List<String> texts) {
    return answers(pass(), texts);
  }

  /**
   * Answers of the first head that came with a module.
   *
   * @param module name of an attached module
   * @param texts at least one
   * @return {@code [n][outputs]}: probabilities of the classes, or the number
   */
  public float[][] answers(String module, List<String> texts) {
    return answers(pass(module), texts);
  }

  private static float[][] answers(TextPass pass, List<String> texts) {
    return pass.answers(tokens(pass, texts), new int[texts.size()]);
  }

  /**
   * Scores of the model's own first head before the softmax.
   *
   * @param texts at least one
   * @return {@code [n][outputs]}
   */
  public float[][] logits(List<String> texts) {
    TextPass pass = pass();
    return pass.logits(tokens(pass, texts), new int[texts.size()]);
  }

  private static TokenizedRows tokens(TextPass pass, List<String> texts) {
    return pass.tokenize(texts.stream().map(text -> new Row(text, null, null, null, 1)).toList());
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      state.release();
    }
  }
}
