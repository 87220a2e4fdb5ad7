package io.saddlebag.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.saddlebag", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ZIP = "io.saddlebag.zip..";
  private static final String CSV = "io.saddlebag.csv..";
  private static final String SHAPING = "io.saddlebag.shaping..";
  private static final String KAMELET = "io.saddlebag.kamelet";
  private static final String DESTINATION = "io.saddlebag.destination..";
  private static final String NAME = "io.saddlebag.name..";

  @ArchTest
  static final ArchRule THE_CORE_KNOWS_NO_VENDOR =
      noClasses()
          .that()
          .resideInAnyPackage("..run..", "io.saddlebag.http..", "..staging..", "..export..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..vendor..", "..simulator..", "..console..");

  @ArchTest
  static final ArchRule VENDORS_DO_NOT_KNOW_EACH_OTHER =
      slices().matching("io.saddlebag.vendor.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule SIMULATORS_KNOW_NOTHING_OF_THE_PRODUCT =
      noClasses()
          .that()
          .resideInAPackage("..simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..run..",
              "io.saddlebag.http..",
              "..staging..",
              "..export..",
              "..vendor..",
              "..console..",
              "org.apache.camel..");

  @ArchTest
  static final ArchRule STAGING_STANDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("..staging..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..run..",
              "io.saddlebag.http..",
              "..export..",
              "org.apache.camel..",
              "org.apache.hc..");

  @ArchTest
  static final ArchRule RUNS_KNOW_NO_HTTP =
      noClasses()
          .that()
          .resideInAPackage("..run..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.saddlebag.http..", "org.apache.hc..", "..staging..");

  @ArchTest
  static final ArchRule ZIP_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage(ZIP)
          .should()
          .onlyDependOnClassesThat(
              ownPackages(ZIP).and(not(resideInAPackage("org.apache.camel.."))))
          .andShould()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(ZIP, "..staging..", SHAPING);

  @ArchTest
  static final ArchRule CSV_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage(CSV)
          .should()
          .onlyDependOnClassesThat(
              ownPackages(CSV).and(not(resideInAPackage("org.apache.camel.."))))
          .andShould()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(CSV, SHAPING, DESTINATION, "..vendor..")
          .because("all steps that read CSV read it by one grammar");

  @ArchTest
  static final ArchRule NAMES_STAND_ALONE =
      classes()
          .that()
          .resideInAPackage(NAME)
          .should()
          .onlyDependOnClassesThat(
              ownPackages(NAME).and(not(resideInAPackage("org.apache.camel.."))));

  @ArchTest
  static final ArchRule SHAPES_KNOW_FORMATS_AND_NOTHING_ELSE =
      classes()
          .that()
          .resideInAPackage(SHAPING)
          .should()
          .onlyDependOnClassesThat(ownPackages(SHAPING, ZIP, CSV, NAME, KAMELET))
          .because("they are steps in anybody's Camel project");

  @ArchTest
  static final ArchRule SHAPES_ARE_KNOWN_TO_VENDORS_TABLES_AND_THE_START =
      classes()
          .that()
          .resideInAPackage(SHAPING)
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(SHAPING, "..vendor..", "io.saddlebag");

  @ArchTest
  static final ArchRule WHAT_KAMELETS_HAVE_IN_COMMON_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage(KAMELET)
          .should()
          .onlyDependOnClassesThat(ownPackages(KAMELET));

  @ArchTest
  static final ArchRule DESTINATIONS_STAND_ALONE =
      classes()
          .that()
          .resideInAPackage(DESTINATION)
          .should()
          .onlyDependOnClassesThat(ownPackages(DESTINATION, CSV, NAME, KAMELET))
          .andShould()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(DESTINATION, "..export..")
          .because("routes name them; only the load check reads their layouts");

  private static DescribedPredicate<JavaClass> ownPackages(String... packages) {
    return resideOutsideOfPackage("io.saddlebag..").or(resideInAnyPackage(packages));
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.saddlebag.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_THINGS_ARE =
      classes()
          .should()
          .haveSimpleNameNotEndingWith("Impl")
          .andShould()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Util");
}
