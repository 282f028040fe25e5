package io.haori.model.jinja;

import java.util.List;
import java.util.Map;

/** Values as Python's {@code json.dumps} writes them, without escapes of letters beyond ASCII. */
final class JsonText {
  private final Budget budget;
  private final int indent;
  private final StringBuilder text = new StringBuilder();

  private JsonText(Budget budget, int indent) {
    this.budget = budget;
    this.indent = indent;
  }

  /**
   * Writes a value.
   *
   * @param budget of the rendering
   * @param value what there is to write
   * @param indent blanks a level, each part on a line of its own; below 0 for one line
   */
  static String of(Budget budget, Object value, int indent) {
    if (indent > 16) {
      throw new JinjaException("tojson must have an indent of at most 16, got " + indent);
    }
    JsonText json = new JsonText(budget, indent);
    json.write(value, 0);
    return json.text.toString();
  }

  private void write(Object value, int level) {
    budget.spend(1);
    if (value instanceof String string) {
      string(string);
    } else if (value instanceof Map<?, ?> map) {
      open('{', map.isEmpty(), level + 1);
      boolean first = true;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        between(first, level + 1);
        string(Values.text(entry.getKey()));
        text.append(": ");
        write(entry.getValue(), level + 1);
        first = false;
      }
      close('}', map.isEmpty(), level);
    } else if (value instanceof List<?> list) {
      open('[', list.isEmpty(), level + 1);
      boolean first = true;
      for (Object item : list) {
        between(first, level + 1);
        write(item, level + 1);
        first = false;
      }
      close(']', list.isEmpty(), level);
    } else if (value instanceof Boolean) {
      text.append(value);
    } else if (value == None.NONE) {
      text.append("null");
    } else if (value instanceof Number) {
      text.append(Values.shown(value));
    } else {
      throw new JinjaException("tojson cannot write " + Values.kind(value));
    }
  }

  private void open(char bracket, boolean empty, int level) {
    text.append(bracket);
    if (!empty) {
      line(level);
    }
  }

  private void close(char bracket, boolean empty, int level) {
    if (!empty) {
      line(level);
    }
    text.append(bracket);
  }

  private void between(boolean first, int level) {
    if (!first) {
      text.append(indent < 0 ? ", " : ",");
      line(level);
    }
  }

  private void line(int level) {
    if (indent >= 0) {
      budget.spend((long) indent * level);
      text.append('\n').append(" ".repeat(indent * level));
    }
  }

  private void string(String string) {
    budget.spend(string.length());
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> text.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    text.append('"');
  }
}
