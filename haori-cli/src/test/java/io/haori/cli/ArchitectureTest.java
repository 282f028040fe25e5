package io.haori.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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
  private static final String MODEL = "io.haori.model..";
  private static final String ADAPTER = "io.haori.adapter..";
  private static final String ANALYSIS = "io.haori.analysis..";
  private static final String TRAINING = "io.haori.training..";
  private static final String CLI = "io.haori.cli..";

  /** Packages of haori-adapter that are not a method's. */
  private static final List<String> SHARED_IN_ADAPTER =
      List.of("spi", "peft", "file", "catalogue", "combine", "gguf", "mixfile");

  @ArchTest
  static final ArchRule tensorSeesNothingAboveIt =
      noClasses()
          .that()
          .resideInAnyPackage(TENSOR, "io.haori.core.check..", "io.haori.core.files..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MODEL, ADAPTER, ANALYSIS, TRAINING, CLI)
          .because("arrows point down: arithmetic must not know what it is used for");

  @ArchTest
  static final ArchRule modelSeesNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ADAPTER, ANALYSIS, TRAINING, CLI)
          .because("a frozen base must not know who adapts it");

  @ArchTest
  static final ArchRule adapterSeesNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(ADAPTER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ANALYSIS, TRAINING, CLI)
          .because("a method is arithmetic, not a way to train it");

  @ArchTest
  static final ArchRule analysisSeesNoModel =
      noClasses()
          .that()
          .resideInAPackage(ANALYSIS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MODEL, ADAPTER, TRAINING, CLI)
          .because("figures are computed from predictions, whoever made them");

  @ArchTest
  static final ArchRule trainingSeesNoEdge =
      noClasses()
          .that()
          .resideInAPackage(TRAINING)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI)
          .because("the loops serve other programs, too");

  @ArchTest
  static final ArchRule trainingIsBlindToMethods =
      noClasses()
          .that()
          .resideInAPackage(TRAINING)
          .should()
          .dependOnClassesThat(areInAMethodPackage())
          .because("a new method must not need a change in training");

  @ArchTest
  static final ArchRule methodsDoNotSeeEachOther =
      slices()
          .assignedFrom(methodPackages())
          .should()
          .notDependOnEachOther()
          .because("a method can be added or removed without a look at the others");

  @ArchTest
  static final ArchRule methodsSeeOfAdapterTheSpiAlone =
      noClasses()
          .that(areInAMethodPackage())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.haori.adapter.peft..", "io.haori.adapter.catalogue..")
          .because("files and names of methods are written around them, not into them");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .matching("io.haori.(*).(**)")
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

  /** The method whose package the class is in, empty for all else. */
  private static String methodOf(JavaClass javaClass) {
    String prefix = "io.haori.adapter.";
    String name = javaClass.getPackageName();
    if (!name.startsWith(prefix)) {
      return "";
    }
    String first = name.substring(prefix.length()).split("\\.", 2)[0];
    return SHARED_IN_ADAPTER.contains(first) ? "" : first;
  }
}
