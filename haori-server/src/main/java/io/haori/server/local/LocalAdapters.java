package io.haori.server.local;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.version.BaseIdentity;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.ServedVersion;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Adapters that are loaded by path in place of being in the registry, as other servers have them.
 * Requests read one immutable map, so the scales of one never meet those of another; a name that is
 * loaded anew is another version with another digest, so nothing of the old one answers any more.
 */
public final class LocalAdapters {
  private static final double LARGEST_SCALE = 100;

  private final AllowedFolder folder;
  private final BaseEngines engines;
  private volatile Map<String, LocalAdapter> byName = Map.of();
  private int numbered;

  /**
   * None yet.
   *
   * @param folder under which they are; null when none may be loaded
   * @param engines compute
   */
  public LocalAdapters(@Nullable Path folder, BaseEngines engines) {
    this.folder = new AllowedFolder(folder);
    this.engines = engines;
  }

  /** The adapters as of one moment, by name, in the order in which they were loaded first. */
  public Map<String, LocalAdapter> all() {
    return byName;
  }

  /**
   * Loads an adapter.
   *
   * @param name under which requests ask for it; neither a base nor a module of the registry
   * @param path under the folder of adapters
   * @param base name of its base; null where the server has one alone
   * @param labels of a head that does not name its own, in the order of its outputs; may be empty
   * @param again whether one of that name may be there, whose place it takes
   * @return what is there now
   * @throws Refused when nothing is at the path, or one is there already
   * @throws io.haori.core.check.UserError when it is not an adapter of that base
   */
  public synchronized LocalAdapter load(
      ModuleName name, String path, @Nullable String base, List<String> labels, boolean again) {
    LocalAdapter before = byName.get(name.text());
    if (before != null && !again) {
      throw Refused.conflict(
          "An adapter named " + name + " is loaded; load_inplace puts another in its place");
    }
    Path found = folder.resolve(path);
    BaseEngine engine = engine(base);
    try (AdapterCopy copy =
        AdapterCopy.of(found, new BaseIdentity(engine.base().name(), engine.base().digest()))) {
      require(
          copy.baseDigest().equals(engine.base().digest()),
          "lora_path",
          "an adapter of the base " + engine.base().name(),
          "one of another base");
      int version = before == null ? 1 : before.module().id().version() + 1;
      ServedVersion id = new ServedVersion(name.text(), version, copy.digest());
      ServedModule module = new ServedModule(id, copy.baseDigest(), copy, true, labels);
      preload(engine, module);
      LocalAdapter loaded =
          new LocalAdapter(
              before == null ? numbered++ : before.number(),
              path,
              module,
              before == null ? 1 : before.scale());
      change(name.text(), loaded);
      if (before != null) {
        engines.of(before.module()).residents().remove(before.module().id());
      }
      return loaded;
    }
  }

  private static void preload(BaseEngine engine, ServedModule module) {
    try {
      engine.residents().preload(module).join();
    } catch (CompletionException e) {
      if (Problem.cause(e) instanceof Refused refused && refused.retrySeconds() == 0) {
        // Whoever asks names what cannot be served, so it is the request that is wrong.
        throw new UserError(String.valueOf(refused.getMessage()), e);
      }
      throw e;
    }
  }

  private BaseEngine engine(@Nullable String base) {
    List<BaseEngine> all = engines.all();
    if (base == null) {
      require(
          all.size() == 1,
          "base_model_name",
          "one of " + all.stream().map(one -> one.base().name()).toList(),
          "nothing");
      return all.get(0);
    }
    Optional<BaseEngine> named = engines.named(base);
    require(
        named.isPresent(),
        "base_model_name",
        "one of " + all.stream().map(one -> one.base().name()).toList(),
        base);
    return named.orElseThrow();
  }

  /**
   * Takes an adapter out; requests under way still get its answers.
   *
   * @param name of it
   * @throws Refused when there is none
   */
  public synchronized void unload(String name) {
    LocalAdapter adapter = byName.get(name);
    if (adapter == null) {
      throw Refused.absent("No adapter named " + name + " is loaded");
    }
    change(name, null);
    engines.of(adapter.module()).residents().remove(adapter.module().id());
  }

  /**
   * Sets the scales that hold where a request does not say its own.
   *
   * @param scales by number; those that are left out are 0, as llama.cpp has it
   * @throws io.haori.core.check.UserError when there is no adapter of a number; nothing is changed
   */
  public synchronized void scale(Map<Integer, Double> scales) {
    Collection<LocalAdapter> present = byName.values();
    Map<Integer, LocalAdapter> byNumber = new TreeMap<>();
    present.forEach(one -> byNumber.put(one.number(), one));
    scales.forEach(
        (number, scale) -> {
          require(byNumber.containsKey(number), "id", "one of " + byNumber.keySet(), number);
          require(
              Math.abs(scale) <= LARGEST_SCALE,
              "scale of adapter " + number,
              "in [-" + (int) LARGEST_SCALE + ", " + (int) LARGEST_SCALE + "]",
              scale);
        });
    Map<String, LocalAdapter> changed = new LinkedHashMap<>();
    byName.forEach(
        (name, one) -> changed.put(name, one.withScale(scales.getOrDefault(one.number(), 0.0))));
    byName = Collections.unmodifiableMap(changed);
  }

  private void change(String name, @Nullable LocalAdapter adapter) {
    Map<String, LocalAdapter> changed = new LinkedHashMap<>(byName);
    if (adapter == null) {
      changed.remove(name);
    } else {
      changed.put(name, adapter);
    }
    byName = Collections.unmodifiableMap(changed);
  }
}
