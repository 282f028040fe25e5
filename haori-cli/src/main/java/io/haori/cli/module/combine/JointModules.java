package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.CheckedOut;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LivePart;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.router.Route;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Versions on one base, computed alone and together exactly as a server computes them. Owns the
 * base and the modules.
 */
final class JointModules implements AutoCloseable {
  private final TextBase base;
  private final LiveModel live;
  private final LiveSnapshot snapshot;

  private JointModules(TextBase base, LiveModel live, LiveSnapshot snapshot) {
    this.base = base;
    this.live = live;
    this.snapshot = snapshot;
  }

  /**
   * Loads versions.
   *
   * @param registry that they are in
   * @param versions different ones, at least one
   * @throws UserError when they sit on different bases or one cannot be read
   */
  static JointModules open(Registry registry, List<ModuleVersion> versions) {
    ModuleVersion first = versions.get(0);
    for (ModuleVersion one : versions) {
      require(
          one.origin().baseDigest().equals(first.origin().baseDigest()),
          "base of " + one.id(),
          "that of " + first.id(),
          one.origin().baseName() + " with another digest");
    }
    String name = first.origin().baseName();
    Bases.publishedDigest(name).ifPresent(digest -> CheckedOut.requireBase(first, name, digest));
    TextBase base = TextBase.open(name, DType.F32, FetchListener.SILENT);
    int length = Math.min(TextOptions.DEFAULT_MAX_LENGTH, base.backbone().positions());
    LiveModel live = new LiveModel(base, null, new TextOptions(Pooling.AUTO, length, DType.F32), 0);
    try {
      versions.forEach(version -> attach(registry, version, base, live));
      return new JointModules(base, live, live.snapshot());
    } catch (RuntimeException e) {
      live.close();
      base.close();
      throw e;
    }
  }

  private static void attach(
      Registry registry, ModuleVersion version, TextBase base, LiveModel live) {
    try (CheckedOut out = CheckedOut.of(registry, new ModuleReference.Numbered(version.id()))) {
      out.requireBase(base.name(), base.digest());
      String key = key(version.id());
      require(
          AdapterFolder.hasHead(out.folder()),
          version.id().toString(),
          "a module with a head, whose evaluation rows can be scored",
          "one without");
      LivePart part = LivePart.of(AdapterFolder.load(out.folder(), base, DType.F32)).labelled(key);
      live.attach(key, part);
    }
  }

  private static String key(VersionId id) {
    return id.toString();
  }

  /** What a version does alone. */
  TextPass alone(VersionId id) {
    return snapshot.pass(Route.module(key(id)));
  }

  /**
   * What versions do together.
   *
   * @param weights by version
   * @param head whose heads answer
   */
  TextPass together(Map<VersionId, Double> weights, VersionId head) {
    Map<String, Double> route = new LinkedHashMap<>();
    weights.forEach((id, weight) -> route.put(key(id), weight));
    return snapshot.pass(new Route(route, key(head)));
  }

  /** The labels that a version answers. */
  DomainLabels labels(VersionId id) {
    return alone(id).heads().labels();
  }

  @Override
  public void close() {
    snapshot.close();
    live.close();
    base.close();
  }
}
