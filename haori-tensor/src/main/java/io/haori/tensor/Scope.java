package io.haori.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Owner of the tensors made while it is open on this thread: closing it frees them, except those
 * passed to {@link #keep}. Native memory is never left to the garbage collector, which does not see
 * its size.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   Tensor hidden = x.matmul(a);      // freed when the scope closes
 *   return scope.keep(hidden.exp());  // handed to the scope around this one
 * }
 * }</pre>
 *
 * Scopes of one thread nest and must be closed in reverse order. A tensor made with no scope open
 * lives until {@link Tensor#close()}.
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

  private final @Nullable Scope outer;
  private final PointerScope pointers;

  static {
    Engine.load();
  }

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
    this.pointers = new PointerScope();
  }

  /** Opens a scope inside the current one of this thread. */
  public static Scope open() {
    Scope outer = CURRENT.get();
    if (outer == null) {
      Engine.applyThreads();
    }
    Scope scope = new Scope(outer);
    CURRENT.set(scope);
    return scope;
  }

  /**
   * Hands a tensor made in this scope to the scope around it; with none around, it lives until
   * {@link Tensor#close()}.
   *
   * @param tensor made in this scope
   * @return the same tensor
   */
  public Tensor keep(Tensor tensor) {
    // Every scope holds one reference. The tensor stays on this scope's list as well: taking it off
    // would search by Pointer.equals, which may find another tensor.
    if (outer == null) {
      tensor.retain();
    } else {
      outer.pointers.attach(tensor.handle);
    }
    return tensor;
  }

  @Override
  public void close() {
    if (CURRENT.get() != this) {
      throw new IllegalStateException("scopes must be closed in reverse order, on their thread");
    }
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    pointers.close();
  }
}
