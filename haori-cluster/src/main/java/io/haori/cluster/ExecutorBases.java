package io.haori.cluster;

import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.tensor.quant.BaseForm;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The bases in an executor's memory: each is loaded once for all runs that use it at the same time
 * or one after another, counted, and freed as soon as a run wants another one and nobody uses it.
 */
final class ExecutorBases implements AutoCloseable {
  /** Those of this process: an executor is a process, and its tasks are threads of it. */
  static final ExecutorBases OF_PROCESS = new ExecutorBases();

  private final Map<Key, Held> held = new HashMap<>();
  private int loads;

  /**
   * Which base in which form.
   *
   * @param digest SHA-256 of its weights
   * @param form how it lies in memory
   */
  record Key(String digest, BaseForm form) {}

  private static final class Held {
    private final TextBase base;
    private int users;

    Held(TextBase base) {
      this.base = base;
    }
  }

  /**
   * A base that somebody uses until it is closed.
   *
   * @param base stays open
   * @param end says that it is not used any more
   */
  record Lease(TextBase base, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  /**
   * A base for one user alone, closed with the lease.
   *
   * @param key which
   * @param source opens it
   */
  Lease alone(Key key, Function<BaseForm, TextBase> source) {
    TextBase base = checked(key, source);
    return new Lease(base, base::close);
  }

  /**
   * A base that others use, too.
   *
   * @param key which
   * @param source opens it where it is not in memory yet
   */
  synchronized Lease shared(Key key, Function<BaseForm, TextBase> source) {
    Held present = held.get(key);
    if (present == null) {
      freeUnused();
      present = new Held(checked(key, source));
      held.put(key, present);
    }
    Held used = present;
    used.users++;
    return new Lease(used.base, () -> end(used));
  }

  private synchronized void end(Held used) {
    used.users--;
  }

  private synchronized TextBase checked(Key key, Function<BaseForm, TextBase> source) {
    TextBase base = source.apply(key.form());
    if (!base.digest().equals(key.digest())) {
      base.close();
      throw new UserError(
          "base must have the digest "
              + key.digest()
              + " as that of the program that asks, got "
              + base.digest()
              + " ("
              + base.name()
              + ")");
    }
    loads++;
    return base;
  }

  /** How often a base was loaded in this process. */
  synchronized int loads() {
    return loads;
  }

  /** Frees what nobody uses. */
  synchronized void freeUnused() {
    held.values()
        .removeIf(
            one -> {
              if (one.users > 0) {
                return false;
              }
              one.base.close();
              return true;
            });
  }

  @Override
  public void close() {
    freeUnused();
  }
}
