package io.haori.model.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that are known at one place of a template, while it is filled in. */
final class Frame {
  private final Map<String, Object> names = new HashMap<>();
  private final @Nullable Frame outer;
  private final Budget budget;
  private final Clock clock;
  private final StringBuilder output;

  private Frame(@Nullable Frame outer, Budget budget, Clock clock, StringBuilder output) {
    this.outer = outer;
    this.budget = budget;
    this.clock = clock;
    this.output = output;
  }

  /** The outermost one. */
  static Frame of(Map<String, Object> given, Clock clock) {
    Frame frame = new Frame(null, new Budget(), clock, new StringBuilder());
    frame.names.putAll(Globals.ALL);
    frame.names.putAll(given);
    return frame;
  }

  /** One inside, whose new names are unknown outside. */
  Frame inner() {
    return new Frame(this, budget, clock, output);
  }

  /** One inside that writes into a text of its own. */
  Frame capturing() {
    return new Frame(this, budget, clock, new StringBuilder());
  }

  Object get(String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      Object found = frame.names.get(name);
      if (found != null) {
        return found;
      }
    }
    return new Undefined(name);
  }

  void set(String name, Object value) {
    names.put(name, value);
  }

  void write(String text) {
    budget.spend(text.length() + 1L);
    output.append(text);
  }

  String written() {
    return output.toString();
  }

  Budget budget() {
    return budget;
  }

  Clock clock() {
    return clock;
  }
}
