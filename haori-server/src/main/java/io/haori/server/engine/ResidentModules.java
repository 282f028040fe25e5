package io.haori.server.engine;

import io.haori.core.check.UserError;
import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LivePart;
import io.haori.inference.live.LiveSnapshot;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions that are in memory on one base: brought in when they are asked for, taken out by
 * least use when the memory for modules is full. Thread-safe.
 *
 * <p>Who asks gets a snapshot of the live model, which keeps what it sees in memory until it is
 * closed, whatever is taken out meanwhile.
 */
public final class ResidentModules {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentModules.class);

  /** The folders of a path, without the file's name. */
  private static final Pattern FOLDERS = Pattern.compile("(?<![^\\s(])/(?:[^\\s/:]+/)+");

  /** A version that could not be read is not read again for so long. */
  private static final long FAILURE_STAYS = TimeUnit.SECONDS.toNanos(5);

  private final LiveModel live;
  private final ModuleReader reader;
  private final Executor loader;
  private final long memory;
  private final ResidencyMeters meters;

  /** By key, the one that was not used for longest first. */
  private final Map<String, Resident> residents = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<String, CompletableFuture<Void>> loading = new HashMap<>();
  private final Map<String, Failure> failures = new HashMap<>();

  /** Keys that requests wait for, with how many do. */
  private final Map<String, Integer> wanted = new HashMap<>();

  private final Set<String> pinned = new HashSet<>();
  private long used;

  /**
   * A version in memory.
   *
   * @param module which one
   * @param bytes of its numbers
   */
  public record Resident(ServedModule module, long bytes) {}

  private record Failure(RuntimeException cause, long at) {}

  ResidentModules(
      LiveModel live, ModuleReader reader, Executor loader, long memory, ResidencyMeters meters) {
    this.live = live;
    this.reader = reader;
    this.loader = loader;
    this.memory = memory;
    this.meters = meters;
  }

  /**
   * A snapshot in which all of these versions are.
   *
   * @param modules wanted; may be none
   * @return to be closed by the caller; fails with a {@link Refused} when one cannot be brought in
   */
  CompletableFuture<LiveSnapshot> lease(Collection<ServedModule> modules) {
    for (ServedModule module : modules) {
      if (module.detector()) {
        return CompletableFuture.failedFuture(
            new UserError(
                "model must be a module that answers with labels or vectors, as detectors of"
                    + " anomalies answer at /v1/anomalies, got "
                    + module.id()));
      }
    }
    return brought(modules)
        .thenApply(
            snapshot -> {
              modules.stream().map(ServedModule::id).distinct().forEach(meters::used);
              return snapshot;
            });
  }

  private CompletableFuture<LiveSnapshot> brought(Collection<ServedModule> modules) {
    List<CompletableFuture<Void>> missing = new ArrayList<>();
    synchronized (this) {
      for (ServedModule module : modules) {
        wanted.merge(module.id().key(), 1, Integer::sum);
        if (!residents.containsKey(module.id().key())) {
          missing.add(loading(module));
        }
      }
      if (missing.isEmpty()) {
        return CompletableFuture.completedFuture(taken(modules));
      }
    }
    return CompletableFuture.allOf(missing.toArray(CompletableFuture[]::new))
        .handle(
            (done, failure) -> {
              synchronized (this) {
                if (failure == null) {
                  return taken(modules);
                }
                unwant(modules);
              }
              throw refusal(failure);
            });
  }

  private static RuntimeException refusal(Throwable failure) {
    Throwable cause = Problem.cause(failure);
    if (cause instanceof RuntimeException known) {
      return known;
    }
    return new IllegalStateException(cause);
  }

  /** Under the lock: nothing of these can be taken out before the snapshot sees them. */
  private LiveSnapshot taken(Collection<ServedModule> modules) {
    for (ServedModule module : modules) {
      // A look counts as a use in the order of least use.
      Objects.requireNonNull(residents.get(module.id().key()));
    }
    unwant(modules);
    return live.snapshot();
  }

  private void unwant(Collection<ServedModule> modules) {
    for (ServedModule module : modules) {
      wanted.computeIfPresent(module.id().key(), (key, count) -> count == 1 ? null : count - 1);
    }
  }

  private CompletableFuture<Void> loading(ServedModule module) {
    String key = module.id().key();
    Failure before = failures.get(key);
    if (before != null && System.nanoTime() - before.at() < FAILURE_STAYS) {
      return CompletableFuture.failedFuture(before.cause());
    }
    CompletableFuture<Void> running = loading.get(key);
    if (running == null) {
      running = new CompletableFuture<>();
      loading.put(key, running);
      CompletableFuture<Void> mine = running;
      loader.execute(() -> load(module, mine));
    }
    return running;
  }

  private void load(ServedModule module, CompletableFuture<Void> done) {
    String key = module.id().key();
    try {
      LivePart part = reader.read(module);
      try {
        attach(module, part);
      } catch (RuntimeException e) {
        part.close();
        throw e;
      }
      synchronized (this) {
        loading.remove(key);
        failures.remove(key);
      }
      done.complete(null);
    } catch (RuntimeException | Error e) {
      RuntimeException worded = worded(module, e);
      synchronized (this) {
        loading.remove(key);
        if (worded instanceof Refused refused && refused.retrySeconds() == 0) {
          failures.put(key, new Failure(worded, System.nanoTime()));
        }
      }
      done.completeExceptionally(worded);
    }
  }

  private static RuntimeException worded(ServedModule module, Throwable failure) {
    if (failure instanceof UserError wrong) {
      String sentence = Objects.requireNonNullElse(wrong.getMessage(), "");
      LOG.warn("{} cannot be served: {}", module.id(), sentence);
      // The request is right: it is the module that cannot be served. Where its files are on this
      // machine is nothing for those who ask.
      String shown = FOLDERS.matcher(sentence).replaceAll("");
      return Refused.unavailable(module.id() + " cannot be served: " + shown, 0);
    }
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }

  private synchronized void attach(ServedModule module, LivePart part) {
    long bytes = bytes(part);
    makeRoom(module, bytes);
    live.attach(module.id().key(), part);
    residents.put(module.id().key(), new Resident(module, bytes));
    used += bytes;
    meters.loaded(module.id(), bytes);
  }

  private static long bytes(LivePart part) {
    long numbers =
        part.module().parameters().stream().mapToLong(one -> one.parameter().count()).sum();
    return Float.BYTES * (numbers + (part.heads() == null ? 0 : part.heads().count()));
  }

  private void makeRoom(ServedModule module, long bytes) {
    if (bytes > memory) {
      throw new UserError(
          "module memory must be at least "
              + megabytes(bytes)
              + " MB for it, got "
              + megabytes(memory)
              + " MB");
    }
    Iterator<Resident> leastUsed = List.copyOf(residents.values()).iterator();
    while (used + bytes > memory && leastUsed.hasNext()) {
      Resident resident = leastUsed.next();
      String key = resident.module().id().key();
      if (!resident.module().kept() && !pinned.contains(key) && !wanted.containsKey(key)) {
        remove(resident);
      }
    }
    if (used + bytes > memory) {
      throw Refused.unavailable(
          "The memory for modules ("
              + megabytes(memory)
              + " MB) is full of modules in use; "
              + module.id()
              + " has no room now",
          1);
    }
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private void remove(Resident resident) {
    String key = resident.module().id().key();
    live.detach(key);
    residents.remove(key);
    used -= resident.bytes();
    meters.removed(resident.module().id());
  }

  /** Brings a version in, if it is not there, and reports when it is. */
  public CompletableFuture<Void> preload(ServedModule module) {
    return brought(List.of(module)).thenAccept(LiveSnapshot::close);
  }

  /**
   * Takes a version out; requests under way keep it until they are answered.
   *
   * @param id of a version that may be there
   */
  public synchronized void remove(ServedVersion id) {
    Resident resident = residents.get(id.key());
    if (resident != null) {
      remove(resident);
    }
  }

  /**
   * Says which versions stay in memory.
   *
   * @param keys in place of those before
   */
  public synchronized void pin(Set<String> keys) {
    pinned.clear();
    pinned.addAll(keys);
  }

  /** Whether a version of this size comes in without another one going. */
  public synchronized boolean hasRoomFor(long bytes) {
    return used + bytes <= memory;
  }

  /** Whether a version is in memory. */
  public synchronized boolean has(ServedVersion id) {
    // Not get: a look is no use.
    return residents.containsKey(id.key());
  }

  /** The versions in memory, the one that was not used for longest first. */
  public synchronized List<Resident> all() {
    return List.copyOf(residents.values());
  }
}
