package demofusion.deploy.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A worker's own settings; their values are read by name, through the configuration. */
final class WorkerOptions implements OptionGroup {
  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description = "The coordinator; several with commas between them.")
  @Nullable List<String> join;

  @Option(
      names = "--bind",
      paramLabel = "HOST:PORT",
      description = "Where the coordinator finds it (default: 127.0.0.1, any free port).")
  @Nullable String bind;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description = "The same as the coordinator sees it, if that is another address.")
  @Nullable String advertise;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "For people, logs and reports (default: made of host, device and process).")
  @Nullable String name;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description =
          "Metrics for Prometheus; HOST:FROM-TO takes the first free port, off none (default:"
              + " 127.0.0.1:7981-7999).")
  @Nullable String metrics;

  @Override
  public String heading() {
    return "Worker";
  }
}
