package io.haori.cli.mix;

import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.tune.BaselineOptions;
import io.haori.inference.model.TextBase;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was chosen for a mix of a decoder's modules.
 *
 * @param modules of the mix
 * @param bridge how a bridge connects them
 * @param gate how a gate weighs them
 * @param way learned, gated, auto or a rule
 * @param rule by which they share the work; null where it is learnt or compared
 * @param sizes ranks to which the mix is cut, too
 * @param baselines other ways of learning the same rows
 * @param fits how a method is fitted
 * @param opened hears of the base before anything is learnt
 * @param out folder of the mix
 * @param seed of the bootstrap over the answered rows
 */
record AnswerMixPlan(
    MixModules modules,
    DomixConfig bridge,
    GateConfig gate,
    RouteOptions way,
    @Nullable RouteConfig rule,
    List<Integer> sizes,
    BaselineOptions baselines,
    Function<AdapterMethod, TuneSettings> fits,
    Consumer<TextBase> opened,
    Path out,
    long seed) {}
