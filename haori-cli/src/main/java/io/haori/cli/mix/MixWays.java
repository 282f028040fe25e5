package io.haori.cli.mix;

import io.haori.adapter.domix.BridgeStart;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.route.RoutedMethod;
import io.haori.inference.model.TextBase;
import io.haori.training.baseline.Baselines;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Candidates;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code mix --route auto} compares by cross-validation: the ways without modules, the mix, a
 * probe on each reading of the modules (each as it is, their mean, their sum, those routed by the
 * rules), and the two best of the readings that are one update, trained further from their probe.
 * The latter are usual ways, as LoRA is: whoever names modules takes them to have to do with the
 * rows.
 */
final class MixWays {
  private final TaskFitter fitter;
  private final DomixConfig config;
  private final List<MixedModule> modules;
  private final TuneSettings basis;
  private final List<Candidate> ways = new ArrayList<>();

  private MixWays(TaskFitter fitter, DomixConfig config, List<MixedModule> modules) {
    this.fitter = fitter;
    this.config = config;
    this.modules = modules;
    this.basis = fitter.settings(Baselines.lora());
  }

  /**
   * The ways, those to be preferred between equals first.
   *
   * @param fitter knows how each is fitted
   * @param config of the mix; what is trained further is trained the same way
   * @param modules of the mix
   * @param base of them
   * @param route makes the methods of the rules
   */
  static List<Candidate> of(
      TaskFitter fitter,
      DomixConfig config,
      List<MixedModule> modules,
      TextBase base,
      RouteOptions route) {
    MixWays all = new MixWays(fitter, config, modules);
    all.ways.addAll(Candidates.of(all.basis));
    all.ways.add(new Candidate("the mix", fitter.settings(new DomixMethod(config, modules))));
    for (MixedModule one : modules) {
      all.read(
          "probe on " + one.name(), "further from " + one.name(), RouteKind.NONE, List.of(one));
    }
    if (modules.size() > 1) {
      all.read("the modules' mean", "further from the modules' mean", RouteKind.NONE, modules);
      all.read("the modules' sum", "further from the modules' sum", RouteKind.SUM, modules);
      all.route(RouteKind.ARROW, base, route);
      if (route.knowsDomains(modules, base)) {
        all.route(RouteKind.NEAREST, base, route);
      }
    }
    return List.copyOf(all.ways);
  }

  /** A probe on modules as they are, all alike, and what starts from it. */
  private void read(String name, String further, RouteKind kind, List<MixedModule> read) {
    RoutedMethod asTheyAre = new RoutedMethod(RouteConfig.of(kind), read, new float[0][]);
    ways.add(new Candidate(name, fitter.settings(asTheyAre)));
    BridgeStart begin = kind == RouteKind.SUM ? BridgeStart.SUM : BridgeStart.MODULES;
    DomixMethod mix = new DomixMethod(config.withStart(begin), read);
    ways.add(Candidates.mix(further, mix, basis).asUsual().after(name));
  }

  private void route(RouteKind kind, TextBase base, RouteOptions route) {
    TuneSettings plain = fitter.settings(Baselines.frozen());
    ways.add(
        new Candidate(
            "routed by " + kind.word(),
            fitter.settings(route.method(RouteConfig.of(kind), modules, base, plain))));
  }
}
