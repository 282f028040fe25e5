package io.haori.training.runs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.json.JsonSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * The name under which a finished run is found again: SHA-256 of a JSON object of all that its
 * figures depend on.
 *
 * <pre>{@code
 * {"kind":"single run","codeVersion":"1.2.0","base":"<sha256>","data":["<sha256>",…],
 *  "settings":{"lora.rank":16,"method":"lora","precision":"bf16","training.seed":43}}
 * }</pre>
 *
 * <p>A setting at its default is left out, so that a new setting with a default does not change the
 * digest of runs that were finished before there was it. Who changes a default must change the
 * kind.
 *
 * <p>The number of threads is not in it: it changes the order in which numbers are added, so two
 * runs that differ in it alone differ by rounding. A run is described by what was asked for, not by
 * the machine that it ran on.
 *
 * @param kind of run, with a number that grows when runs of this kind change
 * @param codeVersion of the program
 * @param base SHA-256 of the base's weights
 * @param data SHA-256 of each part of the data, in an order that counts
 */
public record RunDigest(String kind, String codeVersion, String base, List<String> data) {
  /** Steps between checkpoints change nothing but when a run can be continued. */
  private static final String WITHOUT_EFFECT = "training.checkpointEverySteps";

  /** The default depends on the processor, so it is always in. */
  private static final String PRECISION = "precision";

  /** Copies the list. */
  public RunDigest {
    data = List.copyOf(data);
  }

  /**
   * The digest of a run.
   *
   * @param method with its choices; of one that they alone do not make, such as a mix of modules,
   *     each run has a digest of its own and is never found again
   * @param settings all of the run's, by name
   * @param defaults those of a run for which nothing was chosen but the method, by name
   */
  public String of(
      AdapterMethod method,
      Map<String, ?> settings,
      Function<AdapterMethod, ? extends Map<String, ?>> defaults) {
    if (!isMadeBySettings(method)) {
      return Sha256.of(UUID.randomUUID().toString());
    }
    Map<String, Object> usual =
        new TreeMap<>(defaults.apply(MethodCatalogue.create(method.name(), Map.of())));
    usual.remove("method");
    usual.remove(PRECISION);
    ObjectNode chosen = JsonSettings.chosen(settings, usual);
    chosen.remove(WITHOUT_EFFECT);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", kind).put("codeVersion", codeVersion).put("base", base);
    ArrayNode digests = json.putArray("data");
    data.forEach(digests::add);
    json.set("settings", chosen);
    return Sha256.of(json.toString());
  }

  private static boolean isMadeBySettings(AdapterMethod method) {
    try {
      return MethodCatalogue.create(method.name(), method.settings()).equals(method);
    } catch (UserError e) {
      return false;
    }
  }
}
