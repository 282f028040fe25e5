package io.haori.training.federated;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Updates that no fit has written, under a valid signature of their site. */
public final class ForgedUpdate {
  private ForgedUpdate() {}

  /** What is forged. */
  public interface Forgery extends Consumer<Content> {}

  /**
   * What an update holds.
   *
   * @param facts may be changed
   * @param tensors may be changed
   */
  public record Content(ObjectNode facts, Map<String, Tensor> tensors) {}

  /**
   * Writes one.
   *
   * @param update a good one of the site
   * @param keyFile of the site
   * @param forgery changes what the good one holds
   * @param out gets the forged one
   */
  public static Path of(Path update, Path keyFile, Forgery forgery, Path out) {
    try (Scope scope = Scope.open();
        SafetensorsFile good = SafetensorsFile.open(update)) {
      Map<String, Tensor> tensors = new TreeMap<>();
      good.names().forEach(name -> tensors.put(name, good.load(name)));
      ObjectNode facts =
          (ObjectNode) new ObjectMapper().readTree(good.metadata().get(UpdateFile.FACTS));
      forgery.accept(new Content(facts, tensors));
      UpdateFile.write(out, facts, tensors, SiteKey.at(keyFile));
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
