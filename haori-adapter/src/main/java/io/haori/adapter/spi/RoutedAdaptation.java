package io.haori.adapter.spi;

import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several modules, each on its own rows. A slot that all modules adapt goes through the method's
 * joint form where it has one; everything else goes segment by segment.
 */
record RoutedAdaptation(List<AdapterModule> modules, Routing routing) implements Adaptation {
  @Override
  public @Nullable SlotAdapter at(Slot slot) {
    List<@Nullable AdaptedLinear> members = new ArrayList<>();
    for (AdapterModule module : modules) {
      members.add(module.layers().get(slot.name()));
    }
    if (members.stream().allMatch(Objects::isNull)) {
      return null;
    }
    if (members.stream().noneMatch(Objects::isNull)) {
      List<AdaptedLinear> present = members.stream().map(Objects::requireNonNull).toList();
      SlotAdapter grouped = modules.get(0).method().grouped(present, routing);
      if (grouped != null) {
        return grouped;
      }
    }
    return (tape, x, y, column) -> {
      List<RowRange> ranges = routing.ranges(x.value().size(0));
      for (int i = 0; i < members.size(); i++) {
        AdaptedLinear member = members.get(i);
        if (member != null && ranges.get(i).count() > 0) {
          var adapted = member.adapt(tape, x, y, column, ranges.get(i));
          if (adapted != y) {
            throw new IllegalStateException(slot.name() + ": routed rows are adapted in place");
          }
        }
      }
      return y;
    };
  }
}
