package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.CheckedOut;
import io.haori.cli.session.EngineSetup;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
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
import io.haori.registry.name.VersionId;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
   * @param engine opens the base
   * @param source of the versions
   * @param ids different ones, at least one
   * @param baseName the base; null for that of the first version
   * @throws UserError when they sit on different bases or one cannot be read
   */
  static JointModules open(
      EngineSetup engine, ModuleSource source, List<VersionId> ids, @Nullable String baseName) {
    List<CheckedOut> opened = new ArrayList<>();
    try {
      ids.forEach(id -> opened.add(source.open(id)));
      return open(engine, ids, opened, baseName);
    } finally {
      opened.forEach(CheckedOut::close);
    }
  }

  private static JointModules open(
      EngineSetup engine, List<VersionId> ids, List<CheckedOut> opened, @Nullable String baseName) {
    for (int i = 0; i < ids.size(); i++) {
      require(
          AdapterFolder.hasHead(opened.get(i).folder()),
          ids.get(i).toString(),
          "a module with a head, whose evaluation rows can be scored",
          "one without");
    }
    HaoriJson first = AdapterFolder.describe(opened.get(0).folder());
    for (int i = 0; i < ids.size(); i++) {
      HaoriJson one = AdapterFolder.describe(opened.get(i).folder());
      require(
          one.baseDigest().equals(first.baseDigest()),
          "base of " + ids.get(i),
          "that of " + ids.get(0),
          one.baseName() + " with another digest");
    }
    String name = baseName == null ? first.baseName() : baseName;
    Bases.publishedDigest(name).ifPresent(digest -> requireBase(first, ids.get(0), name, digest));
    TextBase base = engine.open(name, BasePrecision.FP32);
    int length = Math.min(TextOptions.DEFAULT_MAX_LENGTH, base.backbone().positions());
    LiveModel live = new LiveModel(base, null, new TextOptions(Pooling.AUTO, length, DType.F32), 0);
    try {
      requireBase(first, ids.get(0), base.name(), base.digest());
      for (int i = 0; i < ids.size(); i++) {
        attach(opened.get(i).folder(), ids.get(i), base, live);
      }
      return new JointModules(base, live, live.snapshot());
    } catch (RuntimeException e) {
      live.close();
      base.close();
      throw e;
    }
  }

  private static void requireBase(HaoriJson json, VersionId id, String name, String digest) {
    require(
        json.baseDigest().equals(digest),
        "base of " + id,
        json.baseName() + " with the digest " + json.baseDigest(),
        name + " with the digest " + digest);
  }

  private static void attach(Path folder, VersionId id, TextBase base, LiveModel live) {
    String key = key(id);
    live.attach(key, LivePart.of(AdapterFolder.load(folder, base, DType.F32)).labelled(key));
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
