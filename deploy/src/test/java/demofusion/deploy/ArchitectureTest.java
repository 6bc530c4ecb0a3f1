package demofusion.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.Map;

/** The arrows of the design: who may know whom. */
@AnalyzeClasses(
    packages = "demofusion",
    importOptions = {DoNotIncludeTests.class, ArchitectureTest.WithoutTestJars.class})
class ArchitectureTest {
  /** In a full build the modules below come as jars, their tests as well. */
  static final class WithoutTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String PROTOCOL = "demofusion.protocol..";
  private static final String COORDINATOR = "demofusion.coordinator..";
  private static final String WORKER = "demofusion.worker..";
  private static final String DEPLOY = "demofusion.deploy..";
  private static final String LAB = "demofusion.deploy.bench..";

  /** Below all other classes: how every package says what is wrong, and the loop they all share. */
  private static final DescribedPredicate<JavaClass> FOUNDATIONS =
      belongToAnyOf(DemofusionException.class, FailureCode.class)
          .or(nameMatching("demofusion\\.coordinator\\.diffusion\\.Parallel.*"));

  @ArchTest
  static final ArchRule protocolKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COORDINATOR, WORKER, DEPLOY);

  @ArchTest
  static final ArchRule coordinatorKnowsOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage(COORDINATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WORKER, DEPLOY, "ai.djl..");

  @ArchTest
  static final ArchRule workerKnowsOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage(WORKER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COORDINATOR, DEPLOY);

  @ArchTest
  static final ArchRule diffusionIsPure =
      classes()
          .that()
          .resideInAPackage("demofusion.coordinator.diffusion..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "demofusion.coordinator.diffusion..",
              "demofusion.protocol",
              "demofusion.protocol.api.request..",
              "demofusion.protocol.latent..",
              "demofusion.protocol.model..",
              "demofusion.protocol.picture..",
              "demofusion.protocol.work..",
              "java.lang..",
              "java.util..",
              "java.nio", // buffers, not files
              "org.jspecify..")
          .because("the algorithm must be readable and testable without actors, I/O or a model");

  @ArchTest
  static final ArchRule diffusionHasNoActors =
      noClasses()
          .that()
          .resideInAPackage("demofusion.coordinator.diffusion..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(".*\\.(TileWorkerProtocol|DispatcherProtocol|JobId|LeaseId).*");

  @ArchTest
  static final ArchRule theLedgerIsPure =
      classes()
          .that()
          .resideInAPackage("demofusion.coordinator.dispatch.ledger..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "demofusion.coordinator.dispatch.ledger..",
              "demofusion.protocol",
              "demofusion.protocol.model..",
              "java.lang..",
              "java.time",
              "java.util..",
              "org.jspecify..")
          .because("who does what must be readable and testable without actors or a clock");

  @ArchTest
  static final ArchRule valuesHaveNoActors =
      noClasses()
          .that()
          .resideInAnyPackage(
              "demofusion.protocol",
              "demofusion.protocol.api..",
              "demofusion.protocol.latent..",
              "demofusion.protocol.model..",
              "demofusion.protocol.work..",
              "demofusion.protocol.safetensors..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.pekko..");

  @ArchTest
  static final ArchRule clientsKnowOnlyThePublicLanguage =
      noClasses()
          .that()
          .resideInAPackage("demofusion.deploy.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              COORDINATOR,
              WORKER,
              "demofusion.protocol.latent..",
              "demofusion.protocol.message..",
              "demofusion.protocol.model..",
              "demofusion.protocol.safetensors..",
              "demofusion.protocol.wire..",
              "demofusion.protocol.work..")
          .because("what clients say and hear is protocol.api");

  @ArchTest
  static final ArchRule onlyTheModelRuntimeKnowsDjl =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "demofusion.worker.model.torch..", "demofusion.worker.model.network..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .because("everything else must run, and be tested, without libtorch");

  @ArchTest
  static final ArchRule metricsAreInOneClassOfEachModule =
      noClasses()
          .that()
          .resideOutsideOfPackages("demofusion.coordinator.metrics..", "demofusion.deploy.node..")
          .and()
          .haveNameNotMatching(
              "demofusion\\.(worker\\.(Worker|Gpu)Metrics|protocol\\.wire\\.Wire).*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..")
          .because("names and labels stand in one place, and what is measured knows nothing of it");

  @ArchTest
  static final ArchRule onlyResultsKnowTheObjectStore =
      noClasses()
          .that()
          .haveNameNotMatching("demofusion\\.coordinator\\.results\\.S3Store.*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..")
          .because("what is sent where must be readable and testable without one store's client");

  @ArchTest
  static final ArchRule openTelemetryIsAnEdge =
      noClasses()
          .that()
          .resideOutsideOfPackage("demofusion.coordinator.trace.otlp..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..")
          .because("nothing of it is loaded unless an operator names a collector");

  @ArchTest
  static final ArchRule openIdConnectIsAnEdge =
      noClasses()
          .that()
          .resideOutsideOfPackage("demofusion.coordinator.http.signin.oidc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.nimbusds..", "net.minidev..")
          .because("nothing of it is loaded unless an operator names a provider");

  @ArchTest
  static final ArchRule onlyDeployKnowsPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackage(DEPLOY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule nobodyKnowsJmh =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.openjdk.jmh..")
          .because("it is under the GPL, and would ship");

  @ArchTest
  static final ArchRule onlyBenchKnowsTheLab =
      noClasses()
          .that()
          .resideOutsideOfPackage(LAB)
          .and()
          .haveNameNotMatching(".*\\.BenchCommand(\\$.*)?")
          .should()
          .dependOnClassesThat(resideInAPackage(LAB).or(nameMatching(".*\\.BenchCommand(\\$.*)?")))
          .because("their jar is on the class path of demofusion bench alone");

  @ArchTest
  static final ArchRule nothingStaticIsWired =
      fields()
          .that()
          .areStatic()
          .and()
          .areNotFinal()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .allowEmptyShould(true)
          .because("a composition root hands everything over");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("demofusion.(**)")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(alwaysTrue(), FOUNDATIONS);

  @ArchTest
  static void noPackageHasMoreThanThirtyFiles(JavaClasses all) {
    Map<String, Long> files =
        all.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(groupingBy(JavaClass::getPackageName, counting()));

    assertThat(files)
        .allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(30));
  }
}
