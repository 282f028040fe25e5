package io.haori.cli.session;

import io.haori.adapter.spi.AdapterMethod;
import java.util.Map;
import java.util.stream.Collectors;

/** A method with its settings, as a report names it. */
public final class MethodText {
  private MethodText() {}

  /** The method's name and its settings, for example {@code lora (alpha=16.0, rank=8)}. */
  public static String named(AdapterMethod method) {
    String settings = settings(method);
    return settings.isEmpty() ? method.name() : method.name() + " (" + settings + ")";
  }

  /** The settings by name, each as {@code --set} takes it, in the order of their names. */
  public static String settings(AdapterMethod method) {
    return method.settings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(", "));
  }
}
