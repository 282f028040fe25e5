package io.haori.adapter.mixfile;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a routed mix goes by, in {@code mix.safetensors}. */
final class RoutedTensors {
  private static final String PROTOTYPES = ".prototypes";

  private RoutedTensors() {}

  /** Mean vectors of domains as one tensor {@code [N, width]}. */
  static Tensor of(float[][] centroids) {
    int width = centroids[0].length;
    float[] flat = new float[centroids.length * width];
    for (int k = 0; k < centroids.length; k++) {
      System.arraycopy(centroids[k], 0, flat, k * width, width);
    }
    return Tensors.of(flat, centroids.length, width);
  }

  static AdapterModule read(
      Path file,
      SafetensorsFile stored,
      RouteConfig config,
      List<MixedModule> modules,
      Backbone backbone) {
    float[][] centroids =
        config.route() == RouteKind.NEAREST
            ? centroids(file, stored, modules.size(), backbone.width())
            : new float[0][];
    RoutedMethod method = new RoutedMethod(config, modules, centroids);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean complete = false;
    try {
      int wanted = centroids.length > 0 ? 1 : 0;
      for (Slot slot : method.slots(backbone.slots())) {
        String name = slot.name() + PROTOTYPES;
        boolean there = stored.names().contains(name);
        wanted += config.route() == RouteKind.ARROW ? 1 : 0;
        layers.put(
            slot.name(),
            method.restore(
                slot, there ? Map.of(PROTOTYPES.substring(1), stored.load(name)) : Map.of()));
      }
      if (stored.names().size() != wanted) {
        throw Check.in(
            file,
            "must hold the "
                + wanted
                + " tensors that its route goes by, got "
                + stored.names().size());
      }
      complete = true;
      return new AdapterModule("task", method, layers);
    } catch (UserError e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file + ": ") ? e : new UserError(file + ": " + message, e);
    } finally {
      if (!complete) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private static float[][] centroids(Path file, SafetensorsFile stored, int modules, int width) {
    if (!stored.names().contains(MixFolder.CENTROIDS)) {
      throw Check.in(file, "must hold the tensor " + MixFolder.CENTROIDS + ", found none");
    }
    Tensor tensor = stored.load(MixFolder.CENTROIDS);
    long[] shape = {modules, width};
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw Check.in(
          file,
          "shape of "
              + MixFolder.CENTROIDS
              + " must be "
              + Arrays.toString(shape)
              + " for these modules, got "
              + Arrays.toString(tensor.shape()));
    }
    float[] flat = tensor.toFloats();
    float[][] centroids = new float[modules][];
    for (int k = 0; k < modules; k++) {
      centroids[k] = Arrays.copyOfRange(flat, k * width, (k + 1) * width);
    }
    return centroids;
  }
}
