package io.haori.model.jinja;

import java.util.List;
import java.util.Map;

/** What can be called. */
@FunctionalInterface
interface Function {
  /**
   * The result.
   *
   * @param frame at the call
   * @param given by place
   * @param named by name
   */
  Object call(Frame frame, List<Object> given, Map<String, Object> named);
}
