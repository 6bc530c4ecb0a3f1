package demofusion.deploy.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A coordinator's own settings; their values are read by name, through the configuration. */
final class CoordinatorOptions implements OptionGroup {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder of all jobs; one coordinator at a time has it.")
  @Nullable String data;

  @Option(
      names = "--bind",
      paramLabel = "HOST:PORT",
      description = "Where workers find it (default: 127.0.0.1:25520).")
  @Nullable String bind;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description = "The same as workers see it, if that is another address.")
  @Nullable String advertise;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "The HTTP API (default: 127.0.0.1:7980).")
  @Nullable String http;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description =
          "Metrics for Prometheus; HOST:FROM-TO takes the first free port, off none (default:"
              + " 127.0.0.1:7981-7999).")
  @Nullable String metrics;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "Named tokens for the API; demofusion token makes them.")
  @Nullable String tokens;

  @Option(
      names = "--jobs-at-once",
      paramLabel = "N",
      description = "Pictures drawn at the same time (default: 4).")
  @Nullable String jobsAtOnce;

  @Option(
      names = "--keep-age",
      paramLabel = "TIME",
      description = "Remove finished jobs that are older, for example 30d (default: never).")
  @Nullable String keepAge;

  @Option(
      names = "--keep-count",
      paramLabel = "N",
      description = "Remove the oldest finished jobs above this number.")
  @Nullable String keepCount;

  @Option(
      names = "--keep-bytes",
      paramLabel = "SIZE",
      description = "Remove the oldest finished jobs above this size on disk, for example 200 GB.")
  @Nullable String keepBytes;

  @Option(
      names = "--limit-jobs",
      paramLabel = "N",
      description = "Unfinished jobs that are taken on (default: 1000).")
  @Nullable String limitJobs;

  @Option(
      names = "--limit-jobs-of-one",
      paramLabel = "N",
      description = "Unfinished jobs of one token's (default: 1000).")
  @Nullable String limitJobsOfOne;

  @Option(
      names = "--limit-body",
      paramLabel = "SIZE",
      description = "Of a request to the API (default: 64 MiB).")
  @Nullable String limitBody;

  @Option(
      names = "--limit-pixels",
      paramLabel = "N",
      description = "Of a picture (default: 1073741824, 32768x32768).")
  @Nullable String limitPixels;

  @Option(
      names = "--webhook-host",
      paramLabel = "HOST",
      description = "A host that jobs may have told when they are over; can be repeated.")
  @Nullable List<String> webhookHosts;

  @Option(
      names = "--webhook-secret",
      paramLabel = "FILE",
      description = "The key that signs what webhooks are told.")
  @Nullable String webhookSecret;

  @Option(
      names = "--hook",
      paramLabel = "COMMAND",
      description = "Run when a job is over, with its id and folder; no shell reads it.")
  @Nullable String hook;

  @Override
  public String heading() {
    return "Coordinator";
  }
}
