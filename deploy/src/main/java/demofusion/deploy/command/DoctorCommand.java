package demofusion.deploy.command;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.NamedModelOptions;
import demofusion.deploy.doctor.Check;
import demofusion.deploy.doctor.Check.Verdict;
import demofusion.deploy.doctor.Doctor;
import demofusion.deploy.doctor.Machine;
import demofusion.deploy.doctor.SteeringFiles;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion doctor}: what this machine has, what it lacks, what to do. */
@Command(
    name = "doctor",
    description =
        "Check the GPU driver, libtorch, devices, memory, disk and Java, and suggest fixes.%n",
    footer = {
      "%nExit codes: 0 this machine can render (possibly with warnings), 1 it cannot.",
      "%nExamples:",
      "  demofusion doctor",
      "  demofusion doctor --model stable-diffusion-xl-base-1.0",
      "  demofusion doctor --model sdxl --controlnet controlnet-canny-sdxl-1.0",
      "  demofusion doctor --json | jq '.checks[] | select(.verdict != \"ok\")'"
    })
final class DoctorCommand extends TerminalCommand implements Callable<Integer> {
  @Mixin final NamedModelOptions model = new NamedModelOptions();

  @Option(
      names = "--controlnet",
      paramLabel = "FILE",
      description =
          "ControlNet that is to steer images, a file or a folder; repeatable. Whether it fits the"
              + " model is said, and its memory counts.")
  List<Path> controls = List.of();

  @Option(
      names = "--ip-adapter",
      paramLabel = "FILE",
      description = "The same of an IP-Adapter; repeatable.")
  List<Path> adapters = List.of();

  @Option(
      names = "--image-encoder",
      paramLabel = "DIR|FILE",
      description = "Image encoder of the IP-Adapters (default: what lies beside each).")
  @Nullable Path encoder;

  @Option(names = "--json", description = "Print the report as JSON.")
  boolean json;

  @Override
  public Integer call() {
    SteeringFiles steering = new SteeringFiles(controls, adapters, encoder);
    List<Check> checks = new Doctor(Machine.here()).examine(model.source(), Path.of(""), steering);
    boolean healthy = checks.stream().noneMatch(check -> check.verdict() == Verdict.FAIL);
    if (json) {
      terminal.out().println(Json.line(Map.of("healthy", healthy, "checks", checks)));
    } else {
      checks.forEach(this::print);
    }
    return healthy ? CliConventions.OK : CliConventions.FAILED;
  }

  private void print(Check check) {
    terminal.out().printf("%-4s  %-9s  %s%n", check.verdict(), check.subject(), check.finding());
    if (!check.advice().isEmpty()) {
      terminal.out().printf("%-4s  %-9s  -> %s%n", "", "", check.advice());
    }
  }
}
