package io.haori.inference.live;

import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.tensor.grad.Parameter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One version of what is switched as a unit: a module, the heads that were fitted with it, and the
 * modules that it mixes. Owns module and heads; a live model that it is attached to owns the part.
 *
 * @param module sits on layers of the base
 * @param heads read the pooled vector; null when it has none of its own
 * @param uses names of attached modules that this one mixes: while it is enabled they act through
 *     it alone, and they cannot be replaced
 * @param label what a person knows this version by, such as a digest or a folder
 * @param options how texts are read for these heads; null when as the live model reads them
 */
public record LivePart(
    AdapterModule module,
    @Nullable Heads heads,
    Set<String> uses,
    String label,
    @Nullable TextOptions options)
    implements AutoCloseable {
  /** Copies the names, whose order is kept. */
  public LivePart {
    uses = Collections.unmodifiableSet(new LinkedHashSet<>(uses));
  }

  /** A module without heads; a gate uses the modules that it was learnt over. */
  public static LivePart of(AdapterModule module) {
    return new LivePart(module, null, used(module), module.name(), null);
  }

  /**
   * A fitted model's module and heads.
   *
   * @param model taken over: it must not be closed by itself any more
   */
  public static LivePart of(TextModel model) {
    AdapterModule module = model.module();
    return new LivePart(module, model.heads(), used(module), module.name(), model.options());
  }

  /**
   * Reads an adapter folder.
   *
   * @param folder written by {@link AdapterFolder#save}
   * @param base must be the one that it was fitted on
   * @param precision type of the activations
   */
  public static LivePart read(Path folder, TextBase base, DType precision) {
    return of(AdapterFolder.load(folder, base, precision)).labelled(folder.toString());
  }

  private static Set<String> used(AdapterModule module) {
    return module.method() instanceof GateMethod gate
        ? new LinkedHashSet<>(gate.moduleNames())
        : Set.of();
  }

  /** The same under another label. */
  public LivePart labelled(String newLabel) {
    return new LivePart(module, heads, uses, newLabel, options);
  }

  /** The same as a mix of attached modules. */
  public LivePart using(Set<String> newUses) {
    return new LivePart(module, heads, newUses, label, options);
  }

  /** Ends learning: what serves needs no gradients. */
  void freeze() {
    module.freeze();
    if (heads != null) {
      heads.parameters().forEach(Parameter::freeze);
    }
  }

  @Override
  public void close() {
    module.close();
    if (heads != null) {
      heads.close();
    }
  }
}
