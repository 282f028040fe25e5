package io.haori.adapter.spi;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several adaptations, each on its own rows. A slot that modules of one method adapt goes through
 * the method's joint form where it has one; everything else goes segment by segment.
 */
record RoutedAdaptation(List<? extends Adaptation> parts, Routing routing) implements Adaptation {
  @Override
  public @Nullable SlotAdapter at(Slot slot) {
    List<@Nullable RowAdapter> members = new ArrayList<>();
    for (Adaptation part : parts) {
      SlotAdapter adapter = part.at(slot);
      if (adapter != null && !(adapter instanceof RowAdapter)) {
        throw new IllegalStateException(slot.name() + ": an adapter that cannot act on rows alone");
      }
      members.add((RowAdapter) adapter);
    }
    if (members.stream().allMatch(Objects::isNull)) {
      return null;
    }
    SlotAdapter grouped = grouped(members);
    if (grouped != null) {
      return grouped;
    }
    return (tape, x, y, column) -> {
      List<RowRange> ranges = routing.ranges(x.value().size(0));
      for (int i = 0; i < members.size(); i++) {
        RowAdapter member = members.get(i);
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

  @Override
  public Adaptation forPass(
      Backbone backbone, TextBatch batch, @Nullable Tensor places, DType dtype) {
    List<Adaptation> prepared = new ArrayList<>();
    for (Adaptation part : parts) {
      prepared.add(part.forPass(backbone, batch, places, dtype));
    }
    return prepared.equals(parts) ? this : new RoutedAdaptation(prepared, routing);
  }

  /** The joint form, null where there is none. */
  private @Nullable SlotAdapter grouped(List<@Nullable RowAdapter> members) {
    List<AdaptedLinear> layers =
        members.stream()
            .filter(AdaptedLinear.class::isInstance)
            .map(AdaptedLinear.class::cast)
            .toList();
    return layers.size() == members.size() && parts.get(0) instanceof AdapterModule first
        ? first.method().grouped(layers, routing)
        : null;
  }
}
