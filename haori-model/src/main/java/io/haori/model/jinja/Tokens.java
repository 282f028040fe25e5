package io.haori.model.jinja;

import io.haori.model.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, one after the other. */
final class Tokens {
  /** Parentheses and statements inside one another. */
  private static final int DEEPEST = 200;

  private final List<Token> all;
  private int at;
  private int depth;

  Tokens(List<Token> all) {
    this.all = all;
  }

  Token peek() {
    return all.get(at);
  }

  Token peekSecond() {
    return all.get(Math.min(at + 1, all.size() - 1));
  }

  Token next() {
    Token token = all.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean at(String operator) {
    return peek().is(Kind.OPERATOR, operator);
  }

  boolean atName(String name) {
    return peek().is(Kind.NAME, name);
  }

  boolean skip(String operator) {
    boolean there = at(operator);
    if (there) {
      next();
    }
    return there;
  }

  boolean skipName(String name) {
    boolean there = atName(name);
    if (there) {
      next();
    }
    return there;
  }

  void expect(String operator) {
    if (!skip(operator)) {
      throw fault("must have " + operator);
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw fault("must have " + name);
    }
  }

  String name() {
    Token token = next();
    if (token.kind() != Kind.NAME) {
      throw fault(token, "must have a name");
    }
    return token.text();
  }

  void expect(Kind kind) {
    Token token = next();
    if (token.kind() != kind) {
      throw fault(token, "must end here");
    }
  }

  void enter() {
    if (++depth > DEEPEST) {
      throw fault("must have at most " + DEEPEST + " parts inside one another");
    }
  }

  void leave() {
    depth--;
  }

  JinjaException fault(String what) {
    return fault(peek(), what);
  }

  static JinjaException fault(Token token, String what) {
    return new JinjaException("line " + token.line() + ": " + what + ", got " + token.shown());
  }
}
