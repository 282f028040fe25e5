package io.haori.adapter.catalogue;

import static io.haori.core.check.Check.require;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.baseline.FullMethod;
import io.haori.adapter.bottleneck.BottleneckMethod;
import io.haori.adapter.dora.BidoraMethod;
import io.haori.adapter.dora.DoraMethod;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.modular.ModularMethod;
import io.haori.adapter.sparse.SparseMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.UserError;
import io.haori.core.json.SettingsReader;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Every adaptation method by its name, one line each. */
public final class MethodCatalogue {
  private static final List<Entry> METHODS =
      List.of(
          new Entry(FrozenMethod.NAME, settings -> new FrozenMethod()),
          new Entry(FullMethod.NAME, settings -> new FullMethod()),
          new Entry(BottleneckMethod.NAME, s -> new BottleneckMethod(BottleneckSettings.read(s))),
          new Entry(LoraMethod.NAME, settings -> new LoraMethod(LoraSettings.read(settings))),
          new Entry(DoraMethod.NAME, settings -> new DoraMethod(DoraSettings.read(settings))),
          new Entry(BidoraMethod.NAME, s -> new BidoraMethod(BidoraSettings.read(s))),
          new Entry(ModularMethod.NAME, ModularSettings::read),
          new Entry(SparseMethod.NAME, SparseSettings::read));

  private record Entry(String name, Function<SettingsReader, AdapterMethod> builder) {}

  private MethodCatalogue() {}

  /** The names, baselines first. */
  public static List<String> names() {
    return METHODS.stream().map(Entry::name).toList();
  }

  /**
   * A method with its choices.
   *
   * @param name one of {@link #names()}
   * @param settings numbers, truth values or texts by the names in the method's config, for example
   *     {@code rank} = {@code 8}, as {@link AdapterMethod#settings} gives them; what is not given
   *     has the method's default
   * @throws UserError when the method, a setting or a value does not exist
   */
  public static AdapterMethod create(String name, Map<String, ?> settings) {
    Entry entry = find(name);
    SettingsReader reader = SettingsReader.of(name, settings);
    AdapterMethod method = entry.builder().apply(reader);
    for (String unknown : reader.unknown()) {
      List<String> known = reader.known();
      String bound = known.isEmpty() ? "left out, it has none" : "one of " + known;
      throw new UserError("setting of " + name + " must be " + bound + ", got " + unknown);
    }
    return method;
  }

  /**
   * A method that settings describe: {@code "method": "lora"} and its choices with the method's
   * name and a dot before each, {@code "lora.rank": 16}.
   *
   * @param settings among others those of the method; what is not given has the method's default
   * @throws UserError when the method does not exist or a value is wrong
   */
  public static AdapterMethod read(SettingsReader settings) {
    String name = settings.text("method", "nothing");
    return find(name).builder().apply(settings.within(name));
  }

  /**
   * The settings that a method has.
   *
   * @param name one of {@link #names()}
   */
  public static List<String> settings(String name) {
    Entry entry = find(name);
    SettingsReader reader = SettingsReader.of(name, Map.of());
    var unused = entry.builder().apply(reader);
    return reader.known();
  }

  private static Entry find(String name) {
    require(names().contains(name), "method", "one of " + names(), name);
    return METHODS.stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
  }
}
