package io.haori.model.jinja;

import java.util.List;

/** What a loop's body can ask of the loop. */
final class Loop implements Attributes {
  private final List<Object> items;
  private int index;

  Loop(List<Object> items) {
    this.items = items;
  }

  void at(int place) {
    index = place;
  }

  @Override
  public Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> (long) items.size() - index - 1;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "previtem" -> index == 0 ? new Undefined(name) : items.get(index - 1);
      case "nextitem" -> index == items.size() - 1 ? new Undefined(name) : items.get(index + 1);
      case "cycle" ->
          (Function)
              (frame, given, named) -> {
                if (given.isEmpty()) {
                  throw new JinjaException("loop.cycle must have at least one value");
                }
                return given.get(index % given.size());
              };
      default -> new Undefined("loop." + name);
    };
  }
}
