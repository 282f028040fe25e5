package io.haori.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Ctrl-C as a key of a command that goes on behind it: the first one stops what is being done, a
 * further one, or one while nothing is done, ends the process. Where the JVM has no signals, Ctrl-C
 * ends the process as ever.
 *
 * <pre>{@code
 * try (StopKey key = StopKey.take()) {
 *   key.begin();
 *   write(key::stopped);
 *   key.end();
 * }
 * }</pre>
 */
public final class StopKey implements AutoCloseable {
  private static final String SIGNAL = "sun.misc.Signal";

  private boolean working;
  private volatile boolean stopped;
  private volatile boolean leaving;
  private Object before = this;

  private StopKey() {}

  /** Takes the key until it is closed. */
  public static StopKey take() {
    StopKey key = new StopKey();
    InvocationHandler pressed =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> key.pressed();
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              default -> SIGNAL;
            };
    try {
      Class<?> kind = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(StopKey.class.getClassLoader(), new Class<?>[] {kind}, pressed);
      key.before = handle(handler);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // There is no such key here; the process ends at it.
      key.before = key;
    }
    return key;
  }

  /** By reflection, as the compiler warns of every use of this class and knows no exception. */
  private static Object handle(Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName(SIGNAL);
    Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
    return handle.invoke(null, interrupt(), handler);
  }

  private static Object interrupt() throws ReflectiveOperationException {
    return Class.forName(SIGNAL).getConstructor(String.class).newInstance("INT");
  }

  /** The key was pressed; what comes back is of no meaning. */
  synchronized Object pressed() {
    if (working && !stopped) {
      stopped = true;
    } else if (working) {
      leaving = true;
    } else {
      close();
      try {
        Class<?> signal = Class.forName(SIGNAL);
        signal.getMethod("raise", signal).invoke(null, interrupt());
      } catch (ReflectiveOperationException e) {
        leaving = true;
      }
    }
    return this;
  }

  /** Something is done from now on that the key stops. */
  public synchronized void begin() {
    working = true;
    stopped = false;
  }

  /** It is done. */
  public synchronized void end() {
    working = false;
  }

  /** Whether the key was pressed since {@link #begin}. */
  public boolean stopped() {
    return stopped;
  }

  /** Whether it was pressed once more. */
  public boolean leaving() {
    return leaving;
  }

  /** Gives the key back to whoever had it. */
  @Override
  public synchronized void close() {
    if (before == this) {
      return;
    }
    try {
      Object earlier = before;
      before = this;
      var unused = handle(earlier);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
