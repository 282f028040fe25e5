package io.haori.inference.live;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.router.Route;
import io.haori.inference.router.RoutedPasses;
import io.haori.inference.router.RoutedRow;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One state of a live model, which stays as it is, and in memory, until this is closed. May be used
 * by several threads.
 */
public final class LiveSnapshot implements AutoCloseable {
  private final TextBase base;
  private final TextOptions options;
  private final Shared<LiveState> state;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes one hold of the state over. */
  LiveSnapshot(TextBase base, TextOptions options, Shared<LiveState> state) {
    this.base = base;
    this.options = options;
    this.state = state;
  }

  private LiveState state() {
    if (closed.get()) {
      throw new IllegalStateException("the snapshot is closed");
    }
    return state.value();
  }

  /** Status of the modules, in the order in which they were attached. */
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
   * A prediction of one module with the heads that came with it: what it answers does not depend on
   * the other modules that are attached, except those that it mixes. Use it only while this is
   * open.
   *
   * @param module name of an attached and enabled module
   * @throws io.haori.core.check.UserError when there is no such module, it is disabled, or it has
   *     no heads
   */
  public TextPass pass(String module) {
    LiveModule head = withHeads(module);
    return pass(head, state().only(Map.of(module, 1.0)));
  }

  /**
   * A prediction of some modules with the heads of one. Use it only while this is open.
   *
   * @param route which modules, with which weights, and whose head
   * @throws io.haori.core.check.UserError when a module is not attached or disabled, the head's has
   *     no heads, or the modules cannot act together
   */
  public TextPass pass(Route route) {
    LiveModule head = withHeads(route.head());
    return pass(head, state().only(route.weights()));
  }

  /**
   * A prediction of all enabled modules together with the heads that came with one of them, whether
   * this one is enabled or not. Use it only while this is open.
   *
   * @param module name of an attached module
   * @throws io.haori.core.check.UserError when there is no such module, or it has no heads
   */
  public TextPass passOfAll(String module) {
    return pass(withHeads(module), state());
  }

  /**
   * A pass of some modules whose heads are not asked, only the vectors that they would read:
   * modules without heads have such vectors, too. Use it only while this is open.
   *
   * @param weights by module name; none at all gives the base's own vectors
   * @param heads of any task that reads texts as a whole; not asked
   * @throws io.haori.core.check.UserError when a module is not attached or disabled, or the modules
   *     cannot act together
   */
  public TextPass vectorPass(Map<String, Double> weights, Heads heads) {
    if (weights.isEmpty()) {
      return new TextPass(base, Adaptation.NONE, heads, options);
    }
    LivePart first = state().find(weights.keySet().iterator().next()).part();
    return new TextPass(base, state().only(weights), heads, read(first));
  }

  /**
   * Whether a module came with heads.
   *
   * @param module name of an attached module
   * @throws io.haori.core.check.UserError when there is no such module
   */
  public boolean hasHeads(String module) {
    return state().find(module).part().heads() != null;
  }

  private LiveModule withHeads(String module) {
    if (state().has(module)) {
      LiveModule found = state().find(module);
      if (found.part().heads() != null) {
        return found;
      }
    }
    List<String> known =
        state().modules().stream()
            .filter(one -> one.part().heads() != null)
            .map(LiveModule::name)
            .toList();
    require(false, "module with heads", "one of " + known, module);
    throw new AssertionError();
  }

  private TextPass pass(LiveModule head, Adaptation adaptation) {
    LivePart part = head.part();
    return new TextPass(base, adaptation, Objects.requireNonNull(part.heads()), read(part));
  }

  private TextOptions read(LivePart part) {
    TextOptions own = part.options();
    return own == null
        ? options
        : new TextOptions(own.pooling(), own.maxLength(), options.precision());
  }

  private TextPass pass(Heads heads) {
    return new TextPass(base, state(), heads, options);
  }

  /**
   * Answers for rows of different modules and mixes, computed in common batches.
   *
   * @param rows each with its route; none at all gives an empty list
   * @return one prediction a row, in their order
   * @throws io.haori.core.check.UserError as {@link #pass(Route)}
   */
  public List<Prediction> predict(List<RoutedRow> rows) {
    Map<Route, List<Integer>> byRoute = new LinkedHashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      byRoute.computeIfAbsent(rows.get(row).route(), route -> new ArrayList<>()).add(row);
    }
    RoutedPasses passes = new RoutedPasses();
    byRoute.forEach(
        (route, index) ->
            passes.add(pass(route), index.stream().map(row -> rows.get(row).row()).toList()));
    List<@Nullable Prediction> answers = new ArrayList<>(Collections.nCopies(rows.size(), null));
    int next = 0;
    List<List<Prediction>> all = passes.predictions();
    for (List<Integer> index : byRoute.values()) {
      List<Prediction> ofRoute = all.get(next++);
      for (int i = 0; i < index.size(); i++) {
        answers.set(index.get(i), ofRoute.get(i));
      }
    }
    return answers.stream().map(Objects::requireNonNull).toList();
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
   * Answers of one module with its own first head; see {@link #pass(String)}.
   *
   * @param module name of an attached and enabled module
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
