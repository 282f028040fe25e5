package io.haori.model.jinja;

import io.haori.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads values, from the sign that binds least to the one that binds most. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  /** Words that cannot be an argument of a test that has no parentheses. */
  private static final Set<String> NO_ARGUMENT =
      Set.of("and", "or", "not", "is", "in", "if", "else", "recursive");

  private final Tokens tokens;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** One value, or several with commas between them, which are a list. */
  Expression list(boolean withCondition) {
    Expression first = withCondition ? condition() : or();
    if (!tokens.at(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skip(",")) {
      if (tokens.peek().kind() == Kind.BLOCK_END || tokens.at(")")) {
        break;
      }
      items.add(withCondition ? condition() : or());
    }
    return listOf(items);
  }

  /** One value, perhaps with {@code if} and {@code else}. */
  Expression condition() {
    tokens.enter();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression then = value;
      Expression test = or();
      Expression otherwise =
          tokens.skipName("else") ? condition() : frame -> new Undefined("a value without else");
      value = frame -> Values.truth(test.value(frame)) ? then.value(frame) : otherwise.value(frame);
    }
    tokens.leave();
    return value;
  }

  /** One value without {@code if}, as a loop goes over. */
  Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      Expression first = left;
      Expression second = and();
      left =
          frame -> {
            Object value = first.value(frame);
            return Values.truth(value) ? value : second.value(frame);
          };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      Expression first = left;
      Expression second = not();
      left =
          frame -> {
            Object value = first.value(frame);
            return Values.truth(value) ? second.value(frame) : value;
          };
    }
    return left;
  }

  private Expression not() {
    if (!tokens.skipName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression value = not();
    tokens.leave();
    return frame -> !Values.truth(value.value(frame));
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> signs = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (String sign = comparisonSign(); !sign.isEmpty(); sign = comparisonSign()) {
      signs.add(sign);
      others.add(sum());
    }
    if (signs.isEmpty()) {
      return first;
    }
    return frame -> {
      Object left = first.value(frame);
      for (int i = 0; i < signs.size(); i++) {
        Object right = others.get(i).value(frame);
        if (!Operators.compare(signs.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    };
  }

  private String comparisonSign() {
    Token token = tokens.peek();
    if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    }
    if (tokens.skipName("in")) {
      return "in";
    }
    if (tokens.atName("not") && tokens.peekSecond().is(Kind.NAME, "in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return "";
  }

  private Expression sum() {
    Expression left = joined();
    while (tokens.at("+") || tokens.at("-")) {
      boolean plus = tokens.next().text().equals("+");
      Expression first = left;
      Expression second = joined();
      left =
          plus
              ? frame -> Operators.add(frame.budget(), first.value(frame), second.value(frame))
              : frame -> Operators.arithmetic("-", first.value(frame), second.value(frame));
    }
    return left;
  }

  private Expression joined() {
    Expression left = product();
    while (tokens.skip("~")) {
      Expression first = left;
      Expression second = product();
      left =
          frame ->
              Operators.add(
                  frame.budget(),
                  Values.text(first.value(frame)),
                  Values.text(second.value(frame)));
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (tokens.at("*") || tokens.at("/") || tokens.at("//") || tokens.at("%")) {
      String sign = tokens.next().text();
      Expression first = left;
      Expression second = power();
      left =
          sign.equals("*")
              ? frame -> Operators.multiply(frame.budget(), first.value(frame), second.value(frame))
              : frame -> Operators.arithmetic(sign, first.value(frame), second.value(frame));
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.skip("**")) {
      Expression first = left;
      Expression second = unary(true);
      left = frame -> Operators.arithmetic("**", first.value(frame), second.value(frame));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    tokens.enter();
    Expression value;
    if (tokens.skip("-")) {
      Expression inner = unary(false);
      value = frame -> Operators.negate(inner.value(frame));
    } else if (tokens.skip("+")) {
      value = unary(false);
    } else {
      value = primary();
    }
    value = behind(value);
    value = withFilters ? filtered(value) : value;
    tokens.leave();
    return value;
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> named(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        String whole = text.toString();
        yield frame -> whole;
      }
      case INTEGER -> number(token);
      case FLOAT -> {
        double number = Double.parseDouble(token.text());
        yield frame -> number;
      }
      case OPERATOR -> bracket(token);
      default -> throw Tokens.fault(token, "must have a value");
    };
  }

  private static Expression number(Token token) {
    try {
      long number = Long.parseLong(token.text());
      return frame -> number;
    } catch (NumberFormatException e) {
      throw Tokens.fault(token, "must have numbers below 2 to the 63");
    }
  }

  private static Expression named(Token token) {
    String name = token.text();
    return switch (name) {
      case "true", "True" -> frame -> true;
      case "false", "False" -> frame -> false;
      case "none", "None" -> frame -> None.NONE;
      default -> frame -> frame.get(name);
    };
  }

  private Expression bracket(Token token) {
    return switch (token.text()) {
      case "(" -> tokens.skip(")") ? listOf(List.of()) : nested();
      case "[" -> listOf(items("]"));
      case "{" -> mapping();
      default -> throw Tokens.fault(token, "must have a value");
    };
  }

  private Expression nested() {
    Expression inner = list(true);
    tokens.expect(")");
    return inner;
  }

  private List<Expression> items(String close) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skip(close)) {
      items.add(condition());
      if (!tokens.at(close)) {
        tokens.expect(",");
      }
    }
    return items;
  }

  private static Expression listOf(List<Expression> items) {
    return frame -> {
      frame.budget().spend(items.size());
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item.value(frame)));
      return values;
    };
  }

  private Expression mapping() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!tokens.skip("}")) {
      Expression key = condition();
      tokens.expect(":");
      entries.put(key, condition());
      if (!tokens.at("}")) {
        tokens.expect(",");
      }
    }
    return frame -> {
      Map<Object, Object> values = new LinkedHashMap<>();
      entries.forEach((key, value) -> values.put(key.value(frame), value.value(frame)));
      return values;
    };
  }

  /** Parts and calls. */
  private Expression behind(Expression value) {
    Expression whole = value;
    while (true) {
      if (tokens.skip(".")) {
        whole = part(whole);
      } else if (tokens.skip("[")) {
        whole = subscript(whole);
      } else if (tokens.at("(")) {
        whole = call(whole);
      } else {
        return whole;
      }
    }
  }

  private Expression part(Expression whole) {
    Token token = tokens.next();
    if (token.kind() == Kind.INTEGER) {
      Expression place = number(token);
      return frame -> Operators.item(whole.value(frame), place.value(frame));
    }
    if (token.kind() != Kind.NAME) {
      throw Tokens.fault(token, "must have the name of a part");
    }
    String name = token.text();
    return frame -> Operators.attribute(whole.value(frame), name);
  }

  private Expression subscript(Expression whole) {
    Expression from = tokens.at(":") ? frame -> None.NONE : condition();
    if (tokens.skip("]")) {
      return frame -> Operators.item(whole.value(frame), from.value(frame));
    }
    tokens.expect(":");
    Expression to = open();
    Expression by = tokens.skip(":") ? open() : frame -> None.NONE;
    tokens.expect("]");
    return frame ->
        Operators.slice(
            frame.budget(),
            whole.value(frame),
            from.value(frame),
            to.value(frame),
            by.value(frame));
  }

  private Expression open() {
    return tokens.at(":") || tokens.at("]") ? frame -> None.NONE : condition();
  }

  private Expression call(Expression function) {
    Token place = tokens.peek();
    CallArguments arguments = arguments();
    return frame -> {
      Object called = function.value(frame);
      if (!(called instanceof Function known)) {
        throw new JinjaException("line " + place.line() + ": cannot call " + Values.kind(called));
      }
      frame.budget().spend(1);
      return known.call(frame, arguments.given(frame), arguments.named(frame));
    };
  }

  /** Arguments as a template writes them. */
  private record CallArguments(List<Expression> places, Map<String, Expression> names) {
    List<Object> given(Frame frame) {
      List<Object> given = new ArrayList<>();
      places.forEach(one -> given.add(one.value(frame)));
      return given;
    }

    Map<String, Object> named(Frame frame) {
      Map<String, Object> named = new LinkedHashMap<>();
      names.forEach((name, one) -> named.put(name, one.value(frame)));
      return named;
    }
  }

  private CallArguments arguments() {
    tokens.expect("(");
    List<Expression> places = new ArrayList<>();
    Map<String, Expression> names = new LinkedHashMap<>();
    while (!tokens.skip(")")) {
      if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().is(Kind.OPERATOR, "=")) {
        String name = tokens.name();
        tokens.expect("=");
        names.put(name, condition());
      } else {
        places.add(condition());
      }
      if (!tokens.at(")")) {
        tokens.expect(",");
      }
    }
    return new CallArguments(places, names);
  }

  /** Filters, tests and the calls behind them. */
  private Expression filtered(Expression value) {
    Expression whole = value;
    while (true) {
      if (tokens.skip("|")) {
        whole = filter(whole);
      } else if (tokens.skipName("is")) {
        whole = test(whole);
      } else if (tokens.at("(")) {
        whole = call(whole);
      } else {
        return whole;
      }
    }
  }

  /** A filter behind a {@code |}. */
  Expression filter(Expression value) {
    Token token = tokens.peek();
    String name = tokens.name();
    Function filter = Filters.named(name);
    if (filter == null) {
      throw Tokens.fault(token, "must have a filter that is known");
    }
    CallArguments arguments = tokens.at("(") ? arguments() : new CallArguments(List.of(), Map.of());
    return frame -> {
      List<Object> given = arguments.given(frame);
      given.add(0, value.value(frame));
      frame.budget().spend(1);
      return filter.call(frame, given, arguments.named(frame));
    };
  }

  private Expression test(Expression value) {
    boolean wanted = !tokens.skipName("not");
    Token token = tokens.peek();
    String name = tokens.name();
    if (!Conditions.isKnown(name)) {
      throw Tokens.fault(token, "must have a test that is known");
    }
    List<Expression> arguments = testArguments();
    return frame -> {
      List<Object> given = new ArrayList<>();
      arguments.forEach(one -> given.add(one.value(frame)));
      return Conditions.holds(frame, name, value.value(frame), given) == wanted;
    };
  }

  private List<Expression> testArguments() {
    if (tokens.at("(")) {
      return arguments().places();
    }
    Token next = tokens.peek();
    boolean argument =
        switch (next.kind()) {
          case NAME -> !NO_ARGUMENT.contains(next.text());
          case STRING, INTEGER, FLOAT -> true;
          default -> tokens.at("[") || tokens.at("{");
        };
    return argument ? List.of(behind(primary())) : List.of();
  }
}
