package io.haori.cli.language;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssertTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The English sentences of sources: what is put together of literals, with {@link #PLACE} where a
 * value comes in, and of what a server logs. Exceptions of ours, other logs, comparisons and
 * annotations are not among them.
 */
final class EnglishTexts extends TreeScanner<Void, Void> {
  /** Stands where a value comes in. */
  static final String PLACE = "\u25a1";

  /** Alternatives of one sentence that are looked at one by one. */
  private static final int MOST_VARIANTS = 16;

  private static final Set<String> OUR_FAULTS =
      Set.of(
          "IllegalArgumentException",
          "IllegalStateException",
          "AssertionError",
          "UncheckedIOException",
          "IOException",
          "NullPointerException",
          "ArithmeticException",
          "IndexOutOfBoundsException",
          "UnsupportedOperationException",
          "NoSuchElementException",
          "OutOfMemoryError",
          "Thread");

  /** Methods whose texts are compared, looked up or sought, not shown. */
  private static final Set<String> NOT_SHOWN =
      Set.of(
          "equals",
          "equalsIgnoreCase",
          "contains",
          "startsWith",
          "endsWith",
          "indexOf",
          "lastIndexOf",
          "matches",
          "replace",
          "replaceAll",
          "replaceFirst",
          "split",
          "compile",
          "requireNonNull",
          "resolve",
          "getOrDefault",
          "prepareStatement",
          "execute",
          "executeUpdate",
          "executeQuery",
          "quote",
          "ofPattern",
          "checkState",
          "optionOf");

  private static final Set<String> FORMATS = Set.of("printf", "format", "formatted");

  private static final Set<String> LOGGERS = Set.of("LOG", "log", "logger", "LOGGER", "REQUESTS");

  /** Methods of loggers whose lines a server shows. */
  private static final Set<String> LEVELS = Set.of("info", "warn", "error");

  private static final Pattern FORMAT = Pattern.compile("%[-#+ 0,(]*[0-9]*(?:\\.[0-9]+)?[a-zA-Z%]");

  /**
   * One text of a source.
   *
   * @param file that holds it
   * @param line counted from 1
   * @param text with {@link #PLACE}
   * @param heads whether it heads a column of a table
   */
  record Found(Path file, long line, String text, boolean heads) {}

  private final Map<String, ExpressionTree> constants;
  private final List<Found> found = new ArrayList<>();
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private String type = "";

  private EnglishTexts(
      Map<String, ExpressionTree> constants, CompilationUnitTree unit, SourcePositions positions) {
    this.constants = constants;
    this.unit = unit;
    this.positions = positions;
  }

  /** All texts of Java files. */
  static List<Found> of(List<Path> files) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  problem -> {},
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      Map<String, ExpressionTree> constants = new HashMap<>();
      units.forEach(one -> Constants.of(one, constants));
      List<Found> all = new ArrayList<>();
      for (CompilationUnitTree one : units) {
        EnglishTexts texts =
            new EnglishTexts(constants, one, Trees.instance(task).getSourcePositions());
        texts.scan(one, null);
        all.addAll(texts.found);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Void visitClass(ClassTree node, Void none) {
    String outer = type;
    type = node.getSimpleName().toString();
    super.visitClass(node, null);
    type = outer;
    return null;
  }

  @Override
  public Void visitAnnotation(AnnotationTree node, Void none) {
    return null;
  }

  @Override
  public Void visitAssert(AssertTree node, Void none) {
    return null;
  }

  @Override
  public Void visitCase(CaseTree node, Void none) {
    scan(node.getStatements(), null);
    return scan(node.getBody(), null);
  }

  @Override
  public Void visitNewClass(NewClassTree node, Void none) {
    String made = node.getIdentifier().toString();
    if (made.equals("Table")) {
      node.getArguments().stream().filter(EnglishTexts::isText).forEach(this::heading);
    }
    if (made.equals("Grid") && node.getArguments().get(0) instanceof MethodInvocationTree list) {
      list.getArguments().stream().filter(EnglishTexts::isText).forEach(this::heading);
    }
    return OUR_FAULTS.contains(made) ? null : super.visitNewClass(node, null);
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree node, Void none) {
    if (isFormat(node)) {
      add(node, fold(node));
      node.getArguments().forEach(argument -> inside(argument));
      return null;
    }
    List<? extends ExpressionTree> arguments = node.getArguments();
    String name = name(node);
    if ((name.equals("require") || name.equals("requireState")) && arguments.size() == 4) {
      add(node, bound(arguments.get(1), arguments.get(2), arguments.get(3)));
      scan(arguments.get(0), null);
      arguments.stream().skip(1).forEach(this::operands);
      return null;
    }
    boolean ofAPlace = name.equals("at") && arguments.size() == 3;
    boolean ofAFile = name.equals("in") && arguments.size() == 2;
    if (ofAPlace || ofAFile) {
      ExpressionTree what = arguments.get(arguments.size() - 1);
      if (isText(what)) {
        add(node, product(List.of(PLACE + ": "), fold(what)));
        operands(what);
        return null;
      }
    }
    String receiver =
        node.getMethodSelect() instanceof MemberSelectTree select
            ? select.getExpression().toString()
            : "";
    if (LOGGERS.contains(receiver)) {
      boolean server = unit.getSourceFile().toUri().getPath().contains("/haori-server/");
      if (server && LEVELS.contains(name) && isText(arguments.get(0))) {
        add(node, fold(arguments.get(0)).stream().map(one -> one.replace("{}", PLACE)).toList());
        arguments.stream().skip(1).forEach(one -> scan(one, null));
      }
      return null;
    }
    if (NOT_SHOWN.contains(name)) {
      return scan(node.getMethodSelect(), null);
    }
    return super.visitMethodInvocation(node, null);
  }

  @Override
  public Void visitBinary(BinaryTree node, Void none) {
    if (!isText(node)) {
      return super.visitBinary(node, null);
    }
    add(node, fold(node));
    operands(node);
    return null;
  }

  @Override
  public Void visitLiteral(LiteralTree node, Void none) {
    if (node.getValue() instanceof String text) {
      add(node, List.of(text));
    }
    return null;
  }

  /** The sentence of a bound, as {@code Check} builds it. */
  private List<String> bound(ExpressionTree setting, ExpressionTree bound, ExpressionTree value) {
    List<String> names = isText(setting) ? fold(setting) : List.of(PLACE);
    return product(
        product(product(names, List.of(" must be ")), fold(bound)),
        product(List.of(", got "), fold(value)));
  }

  /** Looks for further texts within what comes into a place. */
  private void operands(ExpressionTree node) {
    ExpressionTree bare = bare(node);
    if (bare instanceof BinaryTree sum && isText(sum)) {
      operands(sum.getLeftOperand());
      operands(sum.getRightOperand());
    } else if (bare instanceof ConditionalExpressionTree choice && isText(choice)) {
      scan(choice.getCondition(), null);
      operands(choice.getTrueExpression());
      operands(choice.getFalseExpression());
    } else if (bare instanceof MethodInvocationTree call && isFormat(call)) {
      call.getArguments().forEach(this::inside);
    } else if (!(bare instanceof LiteralTree)) {
      scan(bare, null);
    }
  }

  /** The same of an argument of a format, whose own text is part of the whole. */
  private void inside(ExpressionTree argument) {
    if (!(bare(argument) instanceof LiteralTree) && !isFormatText(argument)) {
      scan(argument, null);
    }
  }

  private boolean isFormatText(ExpressionTree argument) {
    return bare(argument) instanceof BinaryTree sum
        && isText(sum)
        && FORMAT.matcher(fold(sum).get(0)).find();
  }

  private static String name(MethodInvocationTree call) {
    return call.getMethodSelect() instanceof MemberSelectTree select
        ? select.getIdentifier().toString()
        : call.getMethodSelect().toString();
  }

  private static boolean isFormat(MethodInvocationTree call) {
    String name = name(call);
    return FORMATS.contains(name) && format(call) != null;
  }

  private static ExpressionTree format(MethodInvocationTree call) {
    if (name(call).equals("formatted")) {
      return ((MemberSelectTree) call.getMethodSelect()).getExpression();
    }
    for (ExpressionTree argument : call.getArguments()) {
      if (isText(argument)) {
        return argument;
      }
    }
    return null;
  }

  private static ExpressionTree bare(ExpressionTree node) {
    return node instanceof ParenthesizedTree parentheses ? bare(parentheses.getExpression()) : node;
  }

  private static boolean isText(ExpressionTree node) {
    ExpressionTree bare = bare(node);
    if (bare instanceof LiteralTree literal) {
      return literal.getValue() instanceof String;
    }
    if (bare instanceof BinaryTree sum) {
      return sum.getKind() == Tree.Kind.PLUS
          && (isText(sum.getLeftOperand()) || isText(sum.getRightOperand()));
    }
    if (bare instanceof ConditionalExpressionTree choice) {
      return isText(choice.getTrueExpression()) || isText(choice.getFalseExpression());
    }
    return bare instanceof MethodInvocationTree call && isFormat(call);
  }

  private List<String> fold(ExpressionTree node) {
    ExpressionTree bare = bare(node);
    if (bare instanceof LiteralTree literal) {
      return List.of(
          literal.getValue() instanceof String || literal.getValue() instanceof Character
              ? literal.getValue().toString()
              : PLACE);
    }
    if (bare instanceof BinaryTree sum && isText(sum)) {
      return product(fold(sum.getLeftOperand()), fold(sum.getRightOperand()));
    }
    if (bare instanceof ConditionalExpressionTree choice && isText(choice)) {
      Set<String> both = new LinkedHashSet<>(fold(choice.getTrueExpression()));
      both.addAll(fold(choice.getFalseExpression()));
      return List.copyOf(both);
    }
    if (bare instanceof MethodInvocationTree call && isFormat(call)) {
      return fold(format(call)).stream().map(EnglishTexts::unformatted).toList();
    }
    String name =
        bare instanceof IdentifierTree own
            ? type + "." + own.getName()
            : bare instanceof MemberSelectTree select ? select.toString() : "";
    ExpressionTree constant = constants.get(name);
    return constant == null ? List.of(PLACE) : fold(constant);
  }

  private static List<String> product(List<String> left, List<String> right) {
    if (left.size() * right.size() > MOST_VARIANTS) {
      return left.size() > right.size()
          ? product(List.of(PLACE), right)
          : product(left, List.of(PLACE));
    }
    return left.stream()
        .flatMap(first -> right.stream().map(second -> first + second))
        .collect(Collectors.toList());
  }

  private static String unformatted(String format) {
    return FORMAT
        .matcher(format)
        .replaceAll(
            one ->
                Matcher.quoteReplacement(
                    one.group().equals("%%") ? "%" : one.group().equals("%n") ? "\n" : PLACE));
  }

  private void add(Tree node, List<String> texts) {
    long position = position(node);
    for (String text : texts) {
      found.add(new Found(Path.of(unit.getSourceFile().toUri()), position, text, false));
    }
  }

  private void heading(ExpressionTree node) {
    for (String text : fold(node)) {
      found.add(new Found(Path.of(unit.getSourceFile().toUri()), position(node), text, true));
    }
  }

  private long position(Tree node) {
    return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, node));
  }

  /** Constants of text, by the class and their name. */
  private static final class Constants extends TreeScanner<Void, Void> {
    private final Map<String, ExpressionTree> all;
    private String type = "";

    private Constants(Map<String, ExpressionTree> all) {
      this.all = all;
    }

    static void of(CompilationUnitTree unit, Map<String, ExpressionTree> all) {
      new Constants(all).scan(unit, null);
    }

    @Override
    public Void visitClass(ClassTree node, Void none) {
      String outer = type;
      type = node.getSimpleName().toString();
      super.visitClass(node, null);
      type = outer;
      return null;
    }

    @Override
    public Void visitVariable(VariableTree node, Void none) {
      if (node.getInitializer() != null
          && node.getModifiers().getFlags().contains(Modifier.STATIC)
          && isText(node.getInitializer())) {
        all.put(type + "." + node.getName(), node.getInitializer());
      }
      return super.visitVariable(node, null);
    }
  }
}
