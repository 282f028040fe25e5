package io.haori.server.engine;

import io.haori.server.problem.Refused;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bases that a server has in memory, by the digest of their weights. Owns them. */
public final class BaseEngines implements AutoCloseable {
  private final Map<String, BaseEngine> byDigest = new LinkedHashMap<>();

  /**
   * Takes bases over.
   *
   * @param engines at least one, of different bases
   */
  public BaseEngines(Collection<BaseEngine> engines) {
    engines.forEach(engine -> byDigest.put(engine.base().digest(), engine));
  }

  /** All of them, in the order in which they were given. */
  public List<BaseEngine> all() {
    return List.copyOf(byDigest.values());
  }

  /** The base of that name, if it is here. */
  public Optional<BaseEngine> named(String name) {
    return byDigest.values().stream().filter(one -> one.base().name().equals(name)).findFirst();
  }

  /** The base with that digest, if it is here. */
  public Optional<BaseEngine> withDigest(String digest) {
    return Optional.ofNullable(byDigest.get(digest));
  }

  /**
   * The base that a version sits on.
   *
   * @throws Refused when the server has it not in memory
   */
  public BaseEngine of(ServedModule module) {
    return withDigest(module.baseDigest())
        .orElseThrow(
            () ->
                Refused.conflict(
                    module.id()
                        + " sits on a base that this server was not started with; it has "
                        + byDigest.values().stream().map(one -> one.base().name()).toList()));
  }

  @Override
  public void close() {
    byDigest.values().forEach(BaseEngine::close);
  }
}
