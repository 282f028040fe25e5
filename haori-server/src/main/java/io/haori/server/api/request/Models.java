package io.haori.server.api.request;

import io.haori.registry.name.ModuleReference;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.engine.ServedModule;
import io.haori.server.local.LocalAdapter;
import io.haori.server.local.LocalAdapters;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.SafeMixes;
import java.util.Map;
import java.util.Optional;

/** Which version a name means at this moment, and which base computes it. */
public final class Models {
  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final Callers callers;
  private final LocalAdapters local;
  private final SafeMixes safeMixes;

  /**
   * The names that requests may use.
   *
   * @param watch follows the registry
   * @param engines compute
   * @param callers know who may use what
   * @param local adapters that were loaded by path
   * @param safeMixes know what may act together
   */
  public Models(
      RegistryWatch watch,
      BaseEngines engines,
      Callers callers,
      LocalAdapters local,
      SafeMixes safeMixes) {
    this.safeMixes = safeMixes;
    this.watch = watch;
    this.engines = engines;
    this.callers = callers;
    this.local = local;
  }

  /**
   * A name that a request uses.
   *
   * @param module the version that it means
   * @param scale what its update is multiplied with where the request does not say it
   */
  public record Named(ServedModule module, double scale) {}

  /**
   * What names mean at one moment: a request asks one of these for all of its names.
   *
   * @param directory of the registry
   * @param local adapters that were loaded by path, by name
   */
  public record Names(ModuleDirectory directory, Map<String, LocalAdapter> local) {}

  /** The adapters that were loaded by path. */
  public LocalAdapters local() {
    return local;
  }

  /** Looks at the registry now, for one who names what was made a moment ago. */
  public void look() {
    watch.look();
  }

  /** What names mean now. */
  public Names names() {
    return new Names(watch.directory(), local.all());
  }

  /**
   * The version that a name means.
   *
   * @param caller who asks
   * @param names as of one moment
   * @param name as the request has it, for example {@code food@live}
   * @throws io.haori.server.problem.Refused when there is none, or they may not use it
   * @throws io.haori.core.check.UserError when it is no name
   */
  public Named find(Caller caller, Names names, String name) {
    ModuleReference reference = ModuleReference.parse(name);
    callers.requireMayUse(caller, reference);
    LocalAdapter adapter = names.local().get(reference.name().text());
    if (adapter != null && reference instanceof ModuleReference.Newest) {
      return new Named(adapter.module(), adapter.scale());
    }
    ModuleDirectory directory = names.directory();
    return new Named(directory.served(directory.resolve(reference)), 1);
  }

  /** What may act together. */
  public SafeMixes safeMixes() {
    return safeMixes;
  }

  /** The base that a version sits on. */
  public BaseEngine engine(ServedModule module) {
    return engines.of(module);
  }

  /** The base of that name, if the server has it. */
  public Optional<BaseEngine> base(String name) {
    return engines.named(name);
  }

  /** The bases. */
  public BaseEngines engines() {
    return engines;
  }
}
