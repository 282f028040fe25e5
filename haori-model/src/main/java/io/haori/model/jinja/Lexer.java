package io.haori.model.jinja;

import io.haori.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a template into tokens. As transformers sets it, the line feed behind a statement goes, and
 * so do the blanks before one that begins its line; a {@code -} inside a tag takes all blanks on
 * its side, a {@code +} keeps them.
 */
final class Lexer {
  private static final Set<String> DOUBLE = Set.of("//", "**", "==", "!=", "<=", ">=");
  private static final String SINGLE = "+-*/%~<>=.:|,()[]{}";

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean lineStarts = true;

  private Lexer(String source) {
    String unix = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
  }

  static Tokens of(String source) {
    Lexer lexer = new Lexer(source);
    lexer.read();
    return new Tokens(lexer.tokens);
  }

  private void read() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        text(source.substring(at));
        at = source.length();
        break;
      }
      char kind = source.charAt(tag + 1);
      String before = source.substring(at, tag);
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      String kept =
          sign == '-'
              ? before.stripTrailing()
              : kind != '{' && sign != '+' ? withoutIndent(before) : before;
      text(kept);
      count(before.substring(kept.length()));
      at = tag + (sign == '-' || sign == '+' ? 3 : 2);
      if (kind == '#') {
        comment();
      } else {
        boolean value = kind == '{';
        add(value ? Kind.VALUE_BEGIN : Kind.BLOCK_BEGIN, source.substring(tag, at));
        inside(value);
      }
    }
    add(Kind.END, "");
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private String withoutIndent(String text) {
    int start = text.lastIndexOf('\n') + 1;
    boolean begins = start > 0 || lineStarts;
    return begins && text.substring(start).isBlank() ? text.substring(0, start) : text;
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      add(Kind.TEXT, text);
      count(text);
    }
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void count(String passed) {
    line += (int) passed.chars().filter(c -> c == '\n').count();
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new JinjaException("line " + line + ": a comment must end with #}");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    count(source.substring(at, end));
    at = end + 2;
    behind(sign, true);
  }

  /** Passes what a tag takes of the text behind it. */
  private void behind(char sign, boolean takesLineFeed) {
    int from = at;
    if (sign == '-') {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
    } else if (sign != '+' && takesLineFeed && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    count(source.substring(from, at));
    lineStarts = at > from && source.charAt(at - 1) == '\n';
  }

  private void inside(boolean value) {
    String close = value ? "}}" : "%}";
    int open = 0;
    while (true) {
      skipBlanks();
      if (at >= source.length()) {
        throw new JinjaException("line " + line + ": must have " + close + ", got its end");
      }
      char c = source.charAt(at);
      boolean signed = (c == '-' || (c == '+' && !value)) && source.startsWith(close, at + 1);
      if (open == 0 && (signed || source.startsWith(close, at))) {
        add(value ? Kind.VALUE_END : Kind.BLOCK_END, close);
        at += signed ? 3 : 2;
        behind(signed ? c : ' ', !value);
        return;
      }
      if (c == '\'' || c == '"') {
        string(c);
      } else if (Character.isDigit(c)) {
        number();
      } else if (Character.isLetter(c) || c == '_') {
        name();
      } else {
        open += operator();
      }
    }
  }

  private void skipBlanks() {
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      if (source.charAt(at) == '\n') {
        line++;
      }
      at++;
    }
  }

  private void name() {
    int from = at;
    while (at < source.length()
        && (Character.isLetterOrDigit(source.charAt(at)) || source.charAt(at) == '_')) {
      at++;
    }
    add(Kind.NAME, source.substring(from, at));
  }

  private void number() {
    int from = at;
    digits();
    boolean whole = true;
    if (at + 1 < source.length()
        && source.charAt(at) == '.'
        && Character.isDigit(source.charAt(at + 1))) {
      whole = false;
      at++;
      digits();
    }
    add(whole ? Kind.INTEGER : Kind.FLOAT, source.substring(from, at).replace("_", ""));
  }

  private void digits() {
    while (at < source.length()
        && (Character.isDigit(source.charAt(at)) || source.charAt(at) == '_')) {
      at++;
    }
  }

  /** Adds a sign; how much deeper in brackets the rest is. */
  private int operator() {
    String two = source.substring(at, Math.min(at + 2, source.length()));
    if (DOUBLE.contains(two)) {
      add(Kind.OPERATOR, two);
      at += 2;
      return 0;
    }
    char c = source.charAt(at);
    if (SINGLE.indexOf(c) < 0) {
      throw new JinjaException("line " + line + ": must not have the sign " + c);
    }
    add(Kind.OPERATOR, String.valueOf(c));
    at++;
    return "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
  }

  private void string(char quote) {
    StringBuilder text = new StringBuilder();
    int from = at++;
    while (at < source.length() && source.charAt(at) != quote) {
      char c = source.charAt(at++);
      if (c == '\\' && at < source.length()) {
        escape(text, source.charAt(at++));
      } else {
        text.append(c);
      }
    }
    if (at >= source.length()) {
      throw new JinjaException("line " + line + ": a text in quotes must end with " + quote);
    }
    at++;
    add(Kind.STRING, text.toString());
    count(source.substring(from, at));
  }

  private void escape(StringBuilder text, char c) {
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'f' -> text.append('\f');
      case 'b' -> text.append('\b');
      case '\\', '\'', '"' -> text.append(c);
      case '\n' -> {}
      case 'x' -> code(text, 2);
      case 'u' -> code(text, 4);
      case 'U' -> code(text, 8);
      default -> text.append('\\').append(c);
    }
  }

  private void code(StringBuilder text, int digits) {
    int end = Math.min(at + digits, source.length());
    try {
      text.appendCodePoint(Integer.parseInt(source.substring(at, end), 16));
    } catch (IllegalArgumentException e) {
      throw new JinjaException("line " + line + ": an escape must have " + digits + " digits");
    }
    at = end;
  }
}
