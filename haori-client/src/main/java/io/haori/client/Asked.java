package io.haori.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is to answer: one module, or a mix of several with the head of one of them. */
public sealed interface Asked {
  /**
   * One module.
   *
   * @param name {@code food} for its newest version, {@code food@3}, {@code food@live} or {@code
   *     food@live/berlin}
   */
  record Model(String name) implements Asked {}

  /**
   * Several modules at once.
   *
   * @param modules by name, with what each one's update is multiplied with
   * @param head of these or another one: whose head answers
   */
  record Mix(Map<String, Double> modules, String head) implements Asked {
    /** Copies the map, whose order is kept. */
    public Mix {
      modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
    }
  }

  /** One module. */
  static Asked model(String name) {
    return new Model(name);
  }

  /** Several modules at once. */
  static Asked mix(Map<String, Double> modules, String head) {
    return new Mix(modules, head);
  }

  /** Members of a request. */
  default Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    if (this instanceof Mix mix) {
      List<Map<String, Object>> all = new ArrayList<>();
      mix.modules()
          .forEach(
              (name, weight) -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("model", name);
                one.put("weight", weight);
                all.add(one);
              });
      members.put("mix", all);
      members.put("head", mix.head());
    } else if (this instanceof Model model) {
      members.put("model", model.name());
    }
    return members;
  }
}
