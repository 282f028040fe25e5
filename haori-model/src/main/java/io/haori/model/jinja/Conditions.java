package io.haori.model.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be behind {@code is}. */
final class Conditions {
  /** Those with one argument. */
  private static final Map<String, String> COMPARISONS =
      Map.ofEntries(
          Map.entry("eq", "=="),
          Map.entry("equalto", "=="),
          Map.entry("==", "=="),
          Map.entry("ne", "!="),
          Map.entry("!=", "!="),
          Map.entry("lt", "<"),
          Map.entry("lessthan", "<"),
          Map.entry("le", "<="),
          Map.entry("gt", ">"),
          Map.entry("greaterthan", ">"),
          Map.entry("ge", ">="),
          Map.entry("in", "in"));

  private static final Set<String> PLAIN =
      Set.of(
          "defined",
          "undefined",
          "none",
          "boolean",
          "true",
          "false",
          "integer",
          "float",
          "number",
          "string",
          "mapping",
          "iterable",
          "sequence",
          "callable",
          "odd",
          "even",
          "lower",
          "upper");

  private Conditions() {}

  static boolean isKnown(String name) {
    return PLAIN.contains(name)
        || COMPARISONS.containsKey(name)
        || name.equals("divisibleby")
        || name.equals("sameas");
  }

  static boolean holds(Frame frame, String name, Object value, List<Object> arguments) {
    frame.budget().spend(1);
    int wanted = PLAIN.contains(name) ? 0 : 1;
    if (!isKnown(name) || arguments.size() != wanted) {
      throw new JinjaException(
          isKnown(name)
              ? name + " must have " + wanted + " arguments, got " + arguments.size()
              : "has the unknown test " + name);
    }
    String comparison = COMPARISONS.get(name);
    if (comparison != null) {
      return Operators.compare(comparison, value, arguments.get(0));
    }
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "boolean" -> value instanceof Boolean;
      case "true" -> value.equals(true);
      case "false" -> value.equals(false);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map<?, ?>;
      case "iterable", "sequence" ->
          value instanceof String
              || value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof Undefined;
      case "callable" -> value instanceof Function;
      case "odd" -> Values.whole(value, name) % 2 != 0;
      case "even" -> Values.whole(value, name) % 2 == 0;
      case "lower" -> isCase(Values.text(value), true);
      case "upper" -> isCase(Values.text(value), false);
      case "sameas" ->
          Values.kind(value).equals(Values.kind(arguments.get(0)))
              && Operators.equal(value, arguments.get(0));
      default -> Operators.equal(Operators.arithmetic("%", value, arguments.get(0)), 0L);
    };
  }

  private static boolean isCase(String text, boolean lower) {
    return text.codePoints().anyMatch(Character::isLetter)
        && text.codePoints()
            .allMatch(c -> lower ? !Character.isUpperCase(c) : !Character.isLowerCase(c));
  }
}
