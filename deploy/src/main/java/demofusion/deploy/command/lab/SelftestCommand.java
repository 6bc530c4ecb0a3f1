package demofusion.deploy.command.lab;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.Selftest;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.selftest.SelftestReport;
import demofusion.deploy.selftest.check.OtherProcess;
import demofusion.deploy.selftest.check.Probe;
import demofusion.deploy.selftest.check.SelftestChecks;
import demofusion.deploy.selftest.golden.GoldenModel;
import demofusion.deploy.selftest.rate.RateCalibrator;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.random.RandomModel;
import demofusion.worker.model.torch.TorchDevice;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion selftest}: whether this machine's device computes what it should. */
@Command(
    name = "selftest",
    abbreviateSynopsis = true,
    description =
        "Prove that a device computes what it should, and measure how fast: the first thing to run"
            + " on a new card.%n",
    footer = {
      "%nExit codes: 0 everything passed, 1 something failed, 2 the device or model cannot be used.",
      "%nExamples:",
      "  demofusion selftest",
      "  demofusion selftest --device cuda:0 --quick",
      "  demofusion selftest --device cuda:1 --model sdxl-base-1.0 --json > cuda1.json",
      "  demofusion plan --calibration cuda1.json --model sdxl-base --size 4096x4096"
    })
public final class SelftestCommand extends TerminalCommand implements Callable<Integer> {
  private static final long SEED = 16;

  @Option(names = "--quick", description = "Small networks and few measurements, in a minute.")
  boolean quick;

  @Option(names = "--json", description = "Print the report as JSON.")
  boolean json;

  @Option(
      names = "--fingerprint",
      hidden = true,
      description = "Print the bits of all answers once a line comes in: what selftest starts.")
  boolean fingerprint;

  @Mixin final ModelOptions model = new ModelOptions();

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description =
          "Folder that keeps the model of random weights (default: demofusion-selftest in the"
              + " folder for temporary files).")
  @Nullable Path scratch;

  @Override
  public Integer call() {
    ModelChoice choice = choice();
    if (fingerprint) {
      return fingerprint(choice);
    }
    List<GoldenModel> golden = GoldenModel.shipped();
    Optional<DeviceMemory> before = memory(choice.deviceName());
    try (DiffusionModel loaded = choice.load(choice.open())) {
      SelftestDevice device =
          new SelftestDevice(
              loaded,
              model.threads,
              quick,
              (source, precision) -> other(choice, source, precision),
              this::say);
      Architecture architecture = Architecture.read(choice.source());
      Selftest selftest =
          new Selftest(
              SelftestChecks.of(choice.source(), architecture, golden, before.orElse(null), quick),
              new RateCalibrator(architecture, InstantSource.system()));
      SelftestReport report = selftest.run(device);
      print(report);
      return report.passed() ? CliConventions.OK : CliConventions.FAILED;
    }
  }

  /** The model that is tested: on a GPU one of SDXL's true size where none is named. */
  private ModelChoice choice() {
    ModelChoice named = model.choice();
    boolean isNamed = model.isNamed() || System.getenv("DEMOFUSION_MODEL") != null;
    if (isNamed || quick || named.deviceName().equals("cpu")) {
      return named;
    }
    Path folder =
        scratch == null
            ? Path.of(System.getProperty("java.io.tmpdir"), "demofusion-selftest")
            : scratch;
    terminal.say("making a model of SDXL's size with random weights in " + folder);
    Path configurations = ModelLocation.orShipped(Path.of("sdxl-base"));
    return model.choice(RandomModel.folder(configurations, folder.toAbsolutePath(), SEED));
  }

  /** What is taken before we are there. */
  private static Optional<DeviceMemory> memory(String device) {
    return ModelChoice.onDevice(device, "selftest", () -> TorchDevice.parse(device).memory());
  }

  private int fingerprint(ModelChoice choice) {
    try (DiffusionModel loaded = choice.load(choice.open())) {
      OtherProcess.serve(
          new Probe(loaded, model.threads, quick), System.in, terminal.out()::println);
      return CliConventions.OK;
    }
  }

  private static DiffusionModel other(ModelChoice choice, ModelSource source, Precision precision) {
    ModelChoice other = new ModelChoice(source, choice.device(), Optional.of(precision));
    return other.load(other.open());
  }

  private void say(String step) {
    terminal.say("testing " + step);
  }

  private void print(SelftestReport report) {
    if (json) {
      terminal.out().println(Json.line(report));
      return;
    }
    Table table = new Table("RESULT", "CHECK", "SUBJECT", "FINDING");
    for (Finding each : report.findings()) {
      table.add(each.verdict().toString(), each.check(), each.subject(), each.sentence());
    }
    table.lines(0).forEach(terminal.out()::println);
    terminal.out().println();
    terminal.out().println(report.summary());
  }
}
