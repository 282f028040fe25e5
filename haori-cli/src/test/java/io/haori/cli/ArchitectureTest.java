package io.haori.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.ObjectInputStream;
import java.util.List;

/** The arrows of docs/ARCHITECTURE.md, over all modules: this one's class path holds them all. */
@AnalyzeClasses(packages = "io.haori", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String TENSOR = "io.haori.tensor..";
  private static final String TRAINING = "io.haori.training..";

  /** Packages of haori-adapter that every method shares; they see no method. */
  private static final List<String> SHARED_BY_METHODS = List.of("spi", "combine");

  /** Packages of haori-adapter that know all methods: their files, names and sums. */
  private static final List<String> AROUND_METHODS =
      List.of("peft", "file", "catalogue", "merge", "route", "gguf", "mixfile");

  @ArchTest
  static final ArchRule arrowsPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("core")
          .definedBy("io.haori.core..")
          .layer("tensor")
          .definedBy(TENSOR)
          .layer("model")
          .definedBy("io.haori.model..")
          .layer("adapter")
          .definedBy("io.haori.adapter..")
          .layer("inference")
          .definedBy("io.haori.inference..")
          .layer("training")
          .definedBy(TRAINING)
          .layer("analysis")
          .definedBy("io.haori.analysis..")
          .layer("registry")
          .definedBy("io.haori.registry..")
          .layer("client")
          .definedBy("io.haori.client..")
          .layer("frameworks")
          .definedBy("io.haori.langchain4j..", "io.haori.spring..")
          .layer("server")
          .definedBy("io.haori.server..")
          .layer("command line")
          .definedBy("io.haori.cli..")
          .whereLayer("core")
          .mayNotAccessAnyLayer()
          .whereLayer("tensor")
          .mayOnlyAccessLayers("core")
          .whereLayer("model")
          .mayOnlyAccessLayers("core", "tensor")
          .whereLayer("adapter")
          .mayOnlyAccessLayers("core", "tensor", "model")
          .whereLayer("analysis")
          .mayOnlyAccessLayers("core")
          .whereLayer("inference")
          .mayOnlyAccessLayers("core", "tensor", "model", "adapter", "analysis")
          .whereLayer("training")
          .mayOnlyAccessLayers("core", "tensor", "model", "adapter", "analysis", "inference")
          .whereLayer("registry")
          .mayOnlyAccessLayers("core")
          .whereLayer("client")
          .mayOnlyAccessLayers("core")
          .whereLayer("frameworks")
          .mayOnlyAccessLayers("core", "tensor", "model", "adapter", "inference", "client")
          .whereLayer("frameworks")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("command line")
          .whereLayer("command line")
          .mayNotBeAccessedByAnyLayer()
          .because(
              "arithmetic does not know what it is used for, figures come from predictions whoever"
                  + " made them, and a registry keeps files without an engine");

  @ArchTest
  static final ArchRule trainingAndInferenceAreBlindToMethods =
      noClasses()
          .that()
          .resideInAnyPackage(TRAINING, "io.haori.inference..")
          .should()
          .dependOnClassesThat(areInAMethodPackage())
          .because("a new method must not need a change in training or serving");

  @ArchTest
  static final ArchRule methodsDoNotSeeEachOther =
      slices()
          .assignedFrom(methodPackages())
          .should()
          .notDependOnEachOther()
          .because("a method can be added or removed without a look at the others");

  @ArchTest
  static final ArchRule whatMethodsShareSeesNoMethod =
      noClasses()
          .that()
          .resideInAnyPackage("io.haori.adapter.spi..", "io.haori.adapter.combine..")
          .should()
          .dependOnClassesThat(areInAMethodPackage())
          .because("gates and weighted sums work on every method, also on those to come");

  @ArchTest
  static final ArchRule methodsSeeOfAdapterTheSpiAlone =
      noClasses()
          .that(areInAMethodPackage())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              AROUND_METHODS.stream()
                  .map(one -> "io.haori.adapter." + one + "..")
                  .toArray(String[]::new))
          .because("files and names of methods are written around them, not into them");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .assignedFrom(packages())
          .should()
          .beFreeOfCycles()
          .because("what depends on itself cannot be read from one end");

  @ArchTest
  static final ArchRule onlyTensorTouchesTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage(TENSOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..")
          .because("the engine's traps are met once, behind one door");

  @ArchTest
  static final ArchRule productionCodeSeesNoTestSupport =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.haori.testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.haori.testkit..")
          .because("test support is not shipped");

  @ArchTest
  static final ArchRule onlyMainEndsTheProcess =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Main.class.getName())
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .because("a library that ends the process takes its caller's work with it");

  @ArchTest
  static final ArchRule nothingIsDeserialised =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName(ObjectInputStream.class.getName())
          .because("a serialised object runs code of whoever wrote the file");

  @ArchTest
  static final ArchRule onlyTheConsoleWritesToTheProcessStreams =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("results belong to stdout and all else to stderr, and tests must see both");

  @ArchTest
  static final ArchRule packagesSayWhereToStart =
      classes()
          .that()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.jspecify.annotations.NullMarked")
          .because("null is checked by the compiler only where a package is marked");

  private static DescribedPredicate<JavaClass> areInAMethodPackage() {
    return DescribedPredicate.describe(
        "reside in a method's package", javaClass -> !methodOf(javaClass).isEmpty());
  }

  private static SliceAssignment methodPackages() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        String method = methodOf(javaClass);
        return method.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(method);
      }

      @Override
      public String getDescription() {
        return "packages of methods";
      }
    };
  }

  /** Every package is a slice of its own, a module's root, too. */
  private static SliceAssignment packages() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        return SliceIdentifier.of(javaClass.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  /** The method whose package the class is in, empty for all else. */
  private static String methodOf(JavaClass javaClass) {
    String prefix = "io.haori.adapter.";
    String name = javaClass.getPackageName();
    if (!name.startsWith(prefix)) {
      return "";
    }
    String first = name.substring(prefix.length()).split("\\.", 2)[0];
    return SHARED_BY_METHODS.contains(first) || AROUND_METHODS.contains(first) ? "" : first;
  }
}
