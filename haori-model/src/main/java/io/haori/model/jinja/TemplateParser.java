package io.haori.model.jinja;

import io.haori.model.jinja.Statement.Flow;
import io.haori.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads statements. */
final class TemplateParser {
  private final Tokens tokens;
  private final ExpressionParser values;

  TemplateParser(Tokens tokens) {
    this.tokens = tokens;
    this.values = new ExpressionParser(tokens);
  }

  /** The whole template. */
  Statement template() {
    Statement all = until(Set.of());
    if (tokens.peek().kind() != Kind.END) {
      throw tokens.fault("must end here");
    }
    return all;
  }

  /** Statements up to one of some words, which are next then. */
  private Statement until(Set<String> ends) {
    tokens.enter();
    List<Statement> parts = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.TEXT) {
        String text = tokens.next().text();
        parts.add(
            frame -> {
              frame.write(text);
              return Flow.NEXT;
            });
      } else if (token.kind() == Kind.VALUE_BEGIN) {
        parts.add(value());
      } else if (token.kind() == Kind.BLOCK_BEGIN) {
        if (ends.contains(tokens.peekSecond().text())) {
          tokens.next();
          break;
        }
        tokens.next();
        parts.add(block());
      } else {
        if (!ends.isEmpty()) {
          throw tokens.fault("must have " + String.join(" or ", ends.stream().sorted().toList()));
        }
        break;
      }
    }
    tokens.leave();
    return Statement.all(parts);
  }

  private Statement value() {
    int line = tokens.next().line();
    Expression value = values.list(true);
    tokens.expect(Kind.VALUE_END);
    return located(
        line,
        frame -> {
          frame.write(Values.text(value.value(frame)));
          return Flow.NEXT;
        });
  }

  private Statement block() {
    Token token = tokens.peek();
    String word = tokens.name();
    Statement made =
        switch (word) {
          case "if" -> condition();
          case "for" -> loop();
          case "set" -> set();
          case "macro" -> macro();
          case "generation" -> generation();
          case "break" -> end(Flow.BREAK);
          case "continue" -> end(Flow.CONTINUE);
          case "do" -> effect();
          default -> throw Tokens.fault(token, "must have a statement that is known");
        };
    return located(token.line(), made);
  }

  /** Says the line of what goes wrong. */
  private static Statement located(int line, Statement statement) {
    return frame -> {
      try {
        return statement.run(frame);
      } catch (JinjaException e) {
        String message = String.valueOf(e.getMessage());
        if (e.raised() || message.startsWith("line ")) {
          throw e;
        }
        throw new JinjaException("line " + line + ": " + message);
      }
    };
  }

  private void endBlock() {
    tokens.expect(Kind.BLOCK_END);
  }

  private Statement end(Flow flow) {
    endBlock();
    return frame -> flow;
  }

  private Statement effect() {
    Expression value = values.list(true);
    endBlock();
    return frame -> {
      value.value(frame);
      return Flow.NEXT;
    };
  }

  private Statement condition() {
    Expression test = values.list(true);
    endBlock();
    Statement then = until(Set.of("elif", "else", "endif"));
    Statement otherwise =
        switch (tokens.name()) {
          case "elif" -> condition();
          case "else" -> {
            endBlock();
            Statement last = until(Set.of("endif"));
            tokens.expectName("endif");
            endBlock();
            yield last;
          }
          default -> {
            endBlock();
            yield frame -> Flow.NEXT;
          }
        };
    return frame -> Values.truth(test.value(frame)) ? then.run(frame) : otherwise.run(frame);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    boolean bracket = tokens.skip("(");
    do {
      names.add(tokens.name());
    } while (tokens.skip(","));
    if (bracket) {
      tokens.expect(")");
    }
    return names;
  }

  private static void assign(Frame frame, List<String> names, Object value) {
    if (names.size() == 1) {
      frame.set(names.get(0), value);
      return;
    }
    List<Object> parts = Values.items(frame.budget(), value);
    if (parts.size() != names.size()) {
      throw new JinjaException(
          "must have " + names.size() + " values for " + names + ", got " + parts.size());
    }
    for (int i = 0; i < parts.size(); i++) {
      frame.set(names.get(i), parts.get(i));
    }
  }

  private Statement loop() {
    List<String> names = names();
    tokens.expectName("in");
    Expression over = values.list(false);
    Expression test = tokens.skipName("if") ? values.condition() : null;
    endBlock();
    Statement body = until(Set.of("else", "endfor"));
    Statement otherwise = frame -> Flow.NEXT;
    if (tokens.skipName("else")) {
      endBlock();
      otherwise = until(Set.of("endfor"));
    }
    tokens.expectName("endfor");
    endBlock();
    Statement empty = otherwise;
    return frame -> {
      List<Object> items =
          wanted(frame, names, Values.items(frame.budget(), over.value(frame)), test);
      if (items.isEmpty()) {
        return empty.run(frame.inner());
      }
      Loop loop = new Loop(items);
      for (int i = 0; i < items.size(); i++) {
        Frame inner = frame.inner();
        loop.at(i);
        inner.set("loop", loop);
        assign(inner, names, items.get(i));
        if (body.run(inner) == Flow.BREAK) {
          break;
        }
      }
      return Flow.NEXT;
    };
  }

  private static List<Object> wanted(
      Frame frame, List<String> names, List<Object> items, @Nullable Expression test) {
    if (test == null) {
      return items;
    }
    List<Object> wanted = new ArrayList<>();
    for (Object item : items) {
      Frame inner = frame.inner();
      assign(inner, names, item);
      if (Values.truth(test.value(inner))) {
        wanted.add(item);
      }
    }
    return wanted;
  }

  private Statement set() {
    String name = tokens.name();
    if (tokens.skip(".")) {
      String part = tokens.name();
      tokens.expect("=");
      Expression value = values.list(true);
      endBlock();
      return frame -> {
        if (!(frame.get(name) instanceof Namespace space)) {
          throw new JinjaException("only parts of a namespace can be set, got " + name);
        }
        space.set(part, value.value(frame));
        return Flow.NEXT;
      };
    }
    List<String> names = new ArrayList<>(List.of(name));
    while (tokens.skip(",")) {
      names.add(tokens.name());
    }
    if (tokens.skip("=")) {
      Expression value = values.list(true);
      endBlock();
      return frame -> {
        assign(frame, names, value.value(frame));
        return Flow.NEXT;
      };
    }
    return captured(name);
  }

  /** A name for what statements write. */
  private Statement captured(String name) {
    Expression written = frame -> frame.get("");
    while (tokens.skip("|")) {
      written = values.filter(written);
    }
    Expression changed = written;
    endBlock();
    Statement body = until(Set.of("endset"));
    tokens.expectName("endset");
    endBlock();
    return frame -> {
      Frame inner = frame.capturing();
      body.run(inner);
      inner.set("", inner.written());
      frame.set(name, changed.value(inner));
      return Flow.NEXT;
    };
  }

  private Statement generation() {
    endBlock();
    Statement body = until(Set.of("endgeneration"));
    tokens.expectName("endgeneration");
    endBlock();
    return body;
  }

  private Statement macro() {
    String name = tokens.name();
    Map<String, Expression> parameters = parameters();
    endBlock();
    Statement body = until(Set.of("endmacro"));
    tokens.expectName("endmacro");
    endBlock();
    List<String> names = List.copyOf(parameters.keySet());
    return defining -> {
      Function macro =
          (frame, given, named) -> {
            Arguments arguments = new Arguments(name, frame.budget(), given, named, names);
            Frame inner = defining.capturing();
            frame.budget().enter();
            parameters.forEach(
                (parameter, usual) -> {
                  Object value = arguments.get(parameter, None.NONE);
                  boolean there = names.indexOf(parameter) < given.size();
                  boolean set = there || named.containsKey(parameter);
                  inner.set(parameter, set ? value : usual.value(inner));
                });
            body.run(inner);
            frame.budget().leave();
            return inner.written();
          };
      defining.set(name, macro);
      return Flow.NEXT;
    };
  }

  private Map<String, Expression> parameters() {
    Map<String, Expression> parameters = new LinkedHashMap<>();
    tokens.expect("(");
    while (!tokens.skip(")")) {
      String parameter = tokens.name();
      parameters.put(
          parameter, tokens.skip("=") ? values.condition() : frame -> new Undefined(parameter));
      if (!tokens.at(")")) {
        tokens.expect(",");
      }
    }
    return parameters;
  }
}
