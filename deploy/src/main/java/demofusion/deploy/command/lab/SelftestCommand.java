package demofusion.deploy.command.lab;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.Selftest;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.selftest.SelftestReport;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
  @Option(names = "--quick", description = "Small networks and few measurements, in a minute.")
  boolean quick;

  @Option(names = "--json", description = "Print the report as JSON.")
  boolean json;

  @Mixin final ModelOptions model = new ModelOptions();

  @Override
  public Integer call() {
    ModelChoice choice = model.choice();
    try (DiffusionModel loaded = choice.load(choice.open())) {
      SelftestDevice device =
          new SelftestDevice(
              loaded,
              model.threads,
              quick,
              (source, precision) -> other(choice, source, precision),
              terminal::say);
      SelftestReport report = new Selftest(List.of(), null).run(device);
      print(report);
      return report.passed() ? CliConventions.OK : CliConventions.FAILED;
    }
  }

  private static DiffusionModel other(ModelChoice choice, ModelSource source, Precision precision) {
    ModelChoice other = new ModelChoice(source, choice.device(), Optional.of(precision));
    return other.load(other.open());
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
  }
}
