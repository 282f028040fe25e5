package io.haori.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/ARCHITECTURE.md for this module, which the command line does not see. */
@AnalyzeClasses(packages = "io.haori.cluster", importOptions = ImportOption.DoNotIncludeTests.class)
final class ClusterArchitectureTest {
  @ArchTest
  static final ArchRule theClusterIsAnEdge =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.haori.cli..", "io.haori.server..", "io.haori.registry..", "io.haori.analysis..")
          .because("it does runs of any kind and knows none of them");

  @ArchTest
  static final ArchRule whatSparksLoaderLoadsSeesTheJdkAlone =
      classes()
          .that()
          .haveNameMatching("io\\.haori\\.cluster\\.Haori(Job|Jars|ClassLoader)")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "io.haori.cluster..", "org.jspecify..")
          .because("Haori's libraries are there only behind the loader that these make");
}
