package io.haori.cli.mix;

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
 * What {@code mix --route auto} compares by cross-validation: the ways without modules, the mix,
 * each module as it is, the two best of these trained alone, and the rules.
 */
final class MixWays {
  private MixWays() {}

  /**
   * The ways, those to be preferred between equals first.
   *
   * @param fitter knows how each is fitted
   * @param config of the mix; a single module is used the same way
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
    List<Candidate> ways = new ArrayList<>(Candidates.of(fitter.settings(Baselines.lora())));
    ways.add(new Candidate("the mix", fitter.settings(new DomixMethod(config, modules))));
    if (modules.size() > 1) {
      for (MixedModule one : modules) {
        Candidate probe =
            new Candidate(
                "probe on " + one.name(),
                fitter.settings(
                    new RoutedMethod(
                        RouteConfig.of(RouteKind.NONE), List.of(one), new float[0][])));
        ways.add(probe);
        ways.add(
            new Candidate(
                    "the module " + one.name() + " alone",
                    fitter.settings(new DomixMethod(config, List.of(one))))
                .after(probe.name()));
      }
    }
    TuneSettings plain = fitter.settings(Baselines.frozen());
    for (RouteKind kind : RouteKind.values()) {
      if (kind == RouteKind.NONE
          || (modules.size() > 1
              && (kind != RouteKind.NEAREST || route.knowsDomains(modules, base)))) {
        ways.add(
            new Candidate(
                name(kind, modules),
                fitter.settings(route.method(RouteConfig.of(kind), modules, base, plain))));
      }
    }
    return ways;
  }

  private static String name(RouteKind kind, List<MixedModule> modules) {
    return switch (kind) {
      case ARROW, NEAREST -> "routed by " + kind.word();
      case NONE -> modules.size() == 1 ? "probe on " + modules.get(0).name() : "the modules' mean";
      case SUM -> "the modules' sum";
    };
  }
}
