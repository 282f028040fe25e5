package io.haori.adapter.spi;

import java.util.Map;

/**
 * A method whose layers consist of components that can be taken out one by one: the ranks of a
 * low-rank update, the neurons of a bottleneck. A component whose numbers are all zero adds
 * nothing.
 */
public interface ComponentMethod extends AdapterMethod {
  /**
   * The dimension along which components lie in a layer's tensors, by the tensor's name; tensors
   * that belong to no component are not named. A parameter is called as its slot, a dot and the
   * tensor.
   */
  Map<String, Integer> componentDimensions();

  /**
   * The same method with this many times the components and the same scale.
   *
   * @param factor at least 1
   */
  ComponentMethod enlarged(int factor);

  /**
   * What {@link #enlarged} made this of.
   *
   * @param factor that it was enlarged by
   */
  ComponentMethod reduced(int factor);

  /**
   * The same method with fewer components and the same scale.
   *
   * @param components by slot name, at least 1 each; other slots are not adapted any more
   */
  ComponentMethod keeping(Map<String, Integer> components);
}
