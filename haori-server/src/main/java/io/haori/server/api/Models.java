package io.haori.server.api;

import io.haori.registry.name.ModuleReference;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.engine.ServedModule;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import java.util.Optional;

/** Which version a name means at this moment, and which base computes it. */
public final class Models {
  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final Callers callers;

  /**
   * The names that requests may use.
   *
   * @param watch follows the registry
   * @param engines compute
   * @param callers know who may use what
   */
  public Models(RegistryWatch watch, BaseEngines engines, Callers callers) {
    this.watch = watch;
    this.engines = engines;
    this.callers = callers;
  }

  /** What names mean now; a request asks one of these for all of its names. */
  ModuleDirectory directory() {
    return watch.directory();
  }

  /**
   * The version that a name means.
   *
   * @param caller who asks
   * @param directory as of one moment
   * @param name as the request has it, for example {@code food@live}
   * @throws io.haori.server.problem.Refused when there is none, or they may not use it
   * @throws io.haori.core.check.UserError when it is no name
   */
  ServedModule find(Caller caller, ModuleDirectory directory, String name) {
    ModuleReference reference = ModuleReference.parse(name);
    callers.requireMayUse(caller, reference);
    return directory.served(directory.resolve(reference));
  }

  /** The base that a version sits on. */
  BaseEngine engine(ServedModule module) {
    return engines.of(module);
  }

  /** The base of that name, if the server has it. */
  Optional<BaseEngine> base(String name) {
    return engines.named(name);
  }

  /** The bases. */
  BaseEngines engines() {
    return engines;
  }
}
