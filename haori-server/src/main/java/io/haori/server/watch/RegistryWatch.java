package io.haori.server.watch;

import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a registry: asks it a few times a second whether its log has grown, which costs one row,
 * and reads only then what the log names as changed. Changes by other processes and machines are
 * seen so.
 *
 * <p>While the registry cannot be reached, what was seen last is served.
 */
public final class RegistryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryWatch.class);

  private final Registry registry;
  private final Duration interval;
  private final BiConsumer<ModuleDirectory, ModuleDirectory> beforeChange;
  private final Thread thread = new Thread(this::run, "haori-registry-watch");
  private volatile ModuleDirectory directory;
  private volatile @Nullable String trouble;
  private volatile boolean closed;

  /**
   * Reads the registry once.
   *
   * @param registry stays open as long as this
   * @param interval between two looks
   * @param beforeChange is given what was and what will be seen, before requests see it
   * @throws UserError when it cannot be read
   */
  public RegistryWatch(
      Registry registry,
      Duration interval,
      BiConsumer<ModuleDirectory, ModuleDirectory> beforeChange) {
    this.registry = registry;
    this.interval = interval;
    this.beforeChange = beforeChange;
    directory = new ModuleDirectory(registry, registry.modules().state());
  }

  /** Begins to follow. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** What was seen last. */
  public ModuleDirectory directory() {
    return directory;
  }

  /** Why the registry cannot be read at present, or null. */
  public @Nullable String trouble() {
    return trouble;
  }

  /** Looks now, for one who just changed the registry. */
  public synchronized void look() {
    ModuleDirectory before = directory;
    if (registry.changes() == before.changes()) {
      return;
    }
    ModuleDirectory after = before.now();
    beforeChange.accept(before, after);
    directory = after;
  }

  private void run() {
    while (!closed) {
      try {
        Thread.sleep(interval.toMillis());
        look();
        if (trouble != null) {
          LOG.info("The registry can be read again");
          trouble = null;
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (trouble == null && !closed) {
          LOG.warn("The registry cannot be read; what was live last is served: {}", e.getMessage());
        }
        trouble = String.valueOf(e.getMessage());
      }
    }
  }

  /** Ends it. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
