package io.haori.model.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a function was given, by the names that it has for it. */
final class Arguments {
  private final String function;
  private final Budget budget;
  private final Map<String, Object> values = new HashMap<>();

  /**
   * Checks the arguments.
   *
   * @param function named in messages
   * @param budget of the rendering
   * @param given by place
   * @param named by name
   * @param names that the function has, in order
   */
  Arguments(
      String function,
      Budget budget,
      List<Object> given,
      Map<String, Object> named,
      List<String> names) {
    this.function = function;
    this.budget = budget;
    if (given.size() > names.size()) {
      throw new JinjaException(
          function + " must have at most " + names.size() + " arguments, got " + given.size());
    }
    for (int i = 0; i < given.size(); i++) {
      values.put(names.get(i), given.get(i));
    }
    named.forEach(
        (name, value) -> {
          if (!names.contains(name) || values.put(name, value) != null) {
            throw new JinjaException(function + " has no further argument " + name);
          }
        });
  }

  Budget budget() {
    return budget;
  }

  Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new JinjaException(function + " must have the argument " + name);
    }
    return value;
  }

  Object get(String name, Object otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  String text(String name) {
    return Values.string(get(name), function);
  }

  String text(String name, String otherwise) {
    return Values.string(get(name, otherwise), function);
  }

  int whole(String name, int otherwise) {
    return Values.whole(get(name, (long) otherwise), function);
  }

  boolean truth(String name, boolean otherwise) {
    return Values.truth(get(name, otherwise));
  }
}
