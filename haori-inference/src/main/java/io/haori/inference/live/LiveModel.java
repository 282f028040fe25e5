package io.haori.inference.live;

import static io.haori.core.check.Check.require;

import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.router.RoutedRow;
import io.haori.inference.task.spi.Prediction;
import io.haori.model.backbone.Slot;
import io.haori.tensor.grad.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A base with named modules that are attached, enabled, disabled, weighted, replaced and rolled
 * back while other threads predict.
 *
 * <pre>{@code
 * try (LiveModel live = new LiveModel(base, null, TextOptions.usual())) {
 *   live.attach("food", LivePart.read(folder, base, precision));
 *   live.answers("food", texts);                                  // on any number of threads
 *   live.replace("food", LivePart.read(newer, base, precision));
 *   live.rollback("food");
 * }
 * }</pre>
 *
 * A prediction sees one state from its first layer to its head, never a mixture. A change costs no
 * more than a walk over the layers' names; the base is not touched. Thread-safe: changes wait for
 * each other, predictions wait for nothing, and {@link #close} lets predictions under way end. Owns
 * its modules and heads; the base is shared and stays open.
 */
public final class LiveModel implements AutoCloseable {
  /** Versions of a module kept beside the live one, to go back to. */
  public static final int USUAL_KEPT_VERSIONS = 2;

  private final TextBase base;
  private final TextOptions options;
  private final int keptVersions;
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Object changing = new Object();

  /** Null once closed. Held once by being here. */
  private final AtomicReference<@Nullable Shared<LiveState>> current = new AtomicReference<>();

  /**
   * A model without modules that keeps {@value #USUAL_KEPT_VERSIONS} versions of each.
   *
   * @param base shared, not closed here
   * @param heads of the model itself, taken over; null when all heads come with modules
   * @param options how texts are read
   */
  public LiveModel(TextBase base, @Nullable Heads heads, TextOptions options) {
    this(base, heads, options, USUAL_KEPT_VERSIONS);
  }

  /**
   * A model without modules.
   *
   * @param base shared, not closed here
   * @param heads of the model itself, taken over; null when all heads come with modules
   * @param options how texts are read
   * @param keptVersions of a module beside the live one; at least 0
   */
  public LiveModel(TextBase base, @Nullable Heads heads, TextOptions options, int keptVersions) {
    require(keptVersions >= 0, "kept versions", "at least 0", keptVersions);
    int positions = base.backbone().positions();
    require(
        options.maxLength() <= positions,
        "maxLength",
        "at most " + positions + " for the base " + base.name(),
        options.maxLength());
    this.base = base;
    this.options = options;
    this.keptVersions = keptVersions;
    base.backbone().slots().forEach(slot -> slots.put(slot.name(), slot));
    Shared<Heads> own = null;
    if (heads != null) {
      heads.parameters().forEach(Parameter::freeze);
      own = new Shared<>(heads, heads::close);
    }
    current.set(shared(LiveState.of(List.of(), own, slots.values())));
    if (own != null) {
      own.release();
    }
  }

  private static Shared<LiveState> shared(LiveState state) {
    return new Shared<>(state, state::free);
  }

  /** The present state, for as long as the snapshot is open. */
  public LiveSnapshot snapshot() {
    while (true) {
      Shared<LiveState> seen = current.get();
      if (seen == null) {
        throw new IllegalStateException("the live model is closed");
      }
      // A state that was freed since it was seen has been replaced: look again.
      if (seen.tryHold()) {
        return new LiveSnapshot(base, options, seen);
      }
    }
  }

  /**
   * Makes several changes visible at once.
   *
   * @param steps what to do, in order; parts that are given to it belong to this model afterwards
   * @throws io.haori.core.check.UserError when something cannot be done; nothing was changed then,
   *     and the parts still belong to the caller
   */
  public void change(Consumer<LiveChange> steps) {
    synchronized (changing) {
      Shared<LiveState> old = current.get();
      if (old == null) {
        throw new IllegalStateException("the live model is closed");
      }
      LiveState before = old.value();
      LiveChange change = new LiveChange(before.modules(), slots, keptVersions);
      steps.accept(change);
      LiveState after = LiveState.of(change.modules(), before.sharedHeads(), slots.values());
      change.added().forEach(part -> part.value().freeze());
      current.set(shared(after));
      change.added().forEach(Shared::release);
      old.release();
    }
  }

  /** Attaches a module; see {@link LiveChange#attach}. */
  public void attach(String name, LivePart part) {
    change(change -> change.attach(name, part));
  }

  /** Takes a module and its versions away; see {@link LiveChange#detach}. */
  public void detach(String name) {
    change(change -> change.detach(name));
  }

  /** Lets a module take part again. */
  public void enable(String name) {
    change(change -> change.enable(name));
  }

  /** Switches a module off; see {@link LiveChange#disable}. */
  public void disable(String name) {
    change(change -> change.disable(name));
  }

  /** Sets a module's weight; see {@link LiveChange#weight}. */
  public void weight(String name, double weight) {
    change(change -> change.weight(name, weight));
  }

  /** Puts a new version in a module's place; see {@link LiveChange#replace}. */
  public void replace(String name, LivePart part) {
    change(change -> change.replace(name, part));
  }

  /** Puts the version before the live one back; see {@link LiveChange#rollback}. */
  public void rollback(String name) {
    change(change -> change.rollback(name));
  }

  /** Status of the modules, in the order in which they were attached. */
  public List<ModuleStatus> modules() {
    try (LiveSnapshot snapshot = snapshot()) {
      return snapshot.modules();
    }
  }

  /** Answers of the model's own first head; see {@link LiveSnapshot#answers(List)}. */
  public float[][] answers(List<String> texts) {
    try (LiveSnapshot snapshot = snapshot()) {
      return snapshot.answers(texts);
    }
  }

  /**
   * Answers of one module with its own first head; see {@link LiveSnapshot#answers(String, List)}.
   */
  public float[][] answers(String module, List<String> texts) {
    try (LiveSnapshot snapshot = snapshot()) {
      return snapshot.answers(module, texts);
    }
  }

  /** Answers for rows of different modules; see {@link LiveSnapshot#predict}. */
  public List<Prediction> predict(List<RoutedRow> rows) {
    try (LiveSnapshot snapshot = snapshot()) {
      return snapshot.predict(rows);
    }
  }

  /** Scores of the model's own first head before the softmax. */
  public float[][] logits(List<String> texts) {
    try (LiveSnapshot snapshot = snapshot()) {
      return snapshot.logits(texts);
    }
  }

  /** Ends the model; predictions under way end with what they have. */
  @Override
  public void close() {
    Shared<LiveState> last;
    synchronized (changing) {
      last = current.getAndSet(null);
    }
    if (last != null) {
      last.release();
    }
  }
}
