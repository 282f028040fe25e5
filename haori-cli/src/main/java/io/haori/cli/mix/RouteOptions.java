package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.route.RoutedMethod;
import io.haori.cli.options.SettingsMap;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainVector;
import io.haori.training.task.TuneSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a mix is learnt, or routed without training. */
final class RouteOptions {
  private static final String FLAG = "--route";
  private static final String LEARNED = "learned";
  private static final String GATED = "gated";
  private static final String AUTO = "auto";
  private static final String TEXTS = "--texts";

  @Option(
      names = FLAG,
      paramLabel = "NAME",
      description =
          "learned: DoMIX. gated: a gate over modules as they are, which gives each layer a share"
              + " of each of them (with --set gated.kind=input, each token). Without training:"
              + " arrow (each token goes to the modules that react most to it), nearest (each text"
              + " to the modules whose domain is nearest), none (all alike: their"
              + " mean), sum (all whole). auto: what"
              + " cross-validation prefers among all these, each module alone, LoRA and a probe"
              + " (default: auto for a classification of fewer than 500 training rows of which"
              + " nothing else is chosen, else learned).")
  @Nullable String route;

  @Option(
      names = TEXTS,
      paramLabel = "NAME=FILE",
      arity = "1..*",
      description =
          "With --route nearest: texts of a module's domain, where they are not known from pretrain"
              + " (default: none).")
  List<String> texts = new ArrayList<>();

  /**
   * The rule; null for a mix that is learnt.
   *
   * @param settings those of {@code --set}, of which the rule's part is taken
   */
  @Nullable RouteConfig config(SettingsMap settings) {
    if (isAuto()) {
      return null;
    }
    if (route == null || route.equals(LEARNED) || isGated()) {
      require(texts.isEmpty(), TEXTS, "left out without --route nearest", texts);
      return null;
    }
    RouteKind chosen = parse(route);
    require(
        texts.isEmpty() || chosen == RouteKind.NEAREST,
        TEXTS,
        "left out without --route nearest",
        texts);
    RouteConfig usual = RouteConfig.of(chosen);
    if (chosen.isConstant()) {
      return usual;
    }
    return new RouteConfig(
        chosen,
        settings.whole("route.top", usual.top()),
        settings.number("route.temperature", usual.temperature()));
  }

  /** Whether cross-validation chooses. */
  boolean isAuto() {
    return AUTO.equals(route);
  }

  /** Whether a gate over the modules is learnt. */
  boolean isGated() {
    return GATED.equals(route);
  }

  /** Whether the mix is learnt, as it is where nothing was said. */
  boolean isLearned() {
    return (route == null || route.equals(LEARNED)) && texts.isEmpty();
  }

  /** Whether nothing was said about how the modules share the work. */
  boolean isOpen() {
    return route == null && texts.isEmpty();
  }

  /** Lets cross-validation choose, as if that had been asked for. */
  void takeAuto() {
    route = AUTO;
  }

  /** Whether it is known of each module where its domain's texts are. */
  boolean knowsDomains(List<MixedModule> modules, TextBase base) {
    Map<String, List<Path>> given = places(modules);
    return modules.stream()
        .allMatch(
            one ->
                given.containsKey(one.name())
                    || DomainVector.read(one.folder(), base.backbone().width()).isPresent());
  }

  private static RouteKind parse(String word) {
    for (RouteKind one : RouteKind.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw new UserError(
        FLAG + " must be learned, gated, arrow, nearest, none, sum or auto, got " + word);
  }

  /**
   * The method of a mix that is routed.
   *
   * @param config the rule
   * @param modules of the mix
   * @param base of them
   * @param settings of the fit, which say how texts are read
   */
  RoutedMethod method(
      RouteConfig config, List<MixedModule> modules, TextBase base, TuneSettings settings) {
    if (config.route() != RouteKind.NEAREST) {
      return new RoutedMethod(config, modules, new float[0][]);
    }
    Map<String, List<Path>> given = places(modules);
    float[][] centroids = new float[modules.size()][];
    for (int k = 0; k < centroids.length; k++) {
      MixedModule one = modules.get(k);
      List<Path> places = given.get(one.name());
      Optional<float[]> known =
          places == null
              ? DomainVector.read(one.folder(), base.backbone().width())
              : Optional.of(vector(one.name(), places, base, settings));
      centroids[k] =
          known.orElseThrow(
              () ->
                  new UserError(
                      "--texts must name texts of the domain of "
                          + one.name()
                          + ", whose folder "
                          + one.folder()
                          + " has no "
                          + DomainVector.FILE
                          + ", got "
                          + (texts.isEmpty() ? "nothing" : String.join(" ", texts))));
    }
    return new RoutedMethod(config, modules, centroids);
  }

  private static float[] vector(
      String name, List<Path> places, TextBase base, TuneSettings settings) {
    List<Row> rows =
        DomainCorpus.read(name, places).files().stream()
            .flatMap(file -> file.rows().stream())
            .toList();
    return DomainVector.of(base, rows, settings.text().maxLength(), settings.text().precision(), 0);
  }

  /**
   * The texts as a recipe has them, or back.
   *
   * @param place what becomes of a file's path
   */
  static List<String> mapped(List<String> texts, UnaryOperator<String> place) {
    List<String> mapped = new ArrayList<>();
    for (String one : texts) {
      int equals = one.indexOf('=');
      String files =
          Arrays.stream(one.substring(equals + 1).split(",", -1))
              .map(place)
              .collect(Collectors.joining(","));
      mapped.add(one.substring(0, equals + 1) + files);
    }
    return mapped;
  }

  /** Files by module, in the order given. */
  private Map<String, List<Path>> places(List<MixedModule> modules) {
    List<String> names = modules.stream().map(MixedModule::name).toList();
    Map<String, List<Path>> places = new LinkedHashMap<>();
    for (String one : texts) {
      int equals = one.indexOf('=');
      require(equals > 0 && equals < one.length() - 1, TEXTS, "NAME=FILE", one);
      String name = one.substring(0, equals);
      require(names.contains(name), TEXTS, "of one of the modules " + names, name);
      List<Path> these = new ArrayList<>();
      for (String file : one.substring(equals + 1).split(",", -1)) {
        try {
          these.add(Path.of(file));
        } catch (InvalidPathException e) {
          throw new UserError(TEXTS + " must be NAME=FILE, got " + one, e);
        }
      }
      require(places.put(name, these) == null, TEXTS, "of different names", name + " twice");
    }
    return places;
  }
}
