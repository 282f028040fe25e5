package io.haori.model.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names that a loop can change and that keep their values behind it. */
final class Namespace implements Attributes {
  private final Map<String, Object> values;

  Namespace(Map<String, Object> values) {
    this.values = new LinkedHashMap<>(values);
  }

  @Override
  public Object attribute(String name) {
    Object value = values.get(name);
    return value == null ? new Undefined(name) : value;
  }

  void set(String name, Object value) {
    values.put(name, value);
  }
}
