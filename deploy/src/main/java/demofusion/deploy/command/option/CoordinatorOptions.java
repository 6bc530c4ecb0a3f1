package demofusion.deploy.command.option;

import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.coordinator.library.ModelLibrary;
import demofusion.deploy.command.option.group.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A coordinator's own settings; their values are read by name, through the configuration. */
public final class CoordinatorOptions implements OptionGroup {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for all jobs; only one coordinator may use it at a time.")
  @Nullable String data;

  @Option(
      names = "--bind",
      paramLabel = "HOST:PORT",
      description = "Address for workers to connect to (default: 127.0.0.1:25520).")
  @Nullable String bind;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description = "The same address as seen by workers, if it differs.")
  @Nullable String advertise;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Address of the page and the HTTP API (default: 127.0.0.1:7980).")
  @Nullable String http;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description =
          "Address of the Prometheus metrics; HOST:FROM-TO picks the first free port, off disables"
              + " them (default: 127.0.0.1:7981-7999).")
  @Nullable String metrics;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "Tokens file for the API; demofusion token creates tokens.")
  @Nullable String tokens;

  @Option(
      names = "--trusted-proxies",
      paramLabel = "CIDR[,CIDR]",
      description =
          "Proxies whose X-Forwarded-* and Forwarded headers count; none: no proxy's (default:"
              + " 127.0.0.0/8,::1).")
  @Nullable String trustedProxies;

  @Option(
      names = "--jobs-at-once",
      paramLabel = "N",
      description = "Jobs that run at the same time (default: 4).")
  @Nullable String jobsAtOnce;

  @Option(
      names = "--audit",
      paramLabel = "SHARE",
      description =
          "Have this share of the work drawn twice, for example 0.02, by two workers of the same"
              + " device kind, and compare bit for bit; a worker that is wrong is quarantined"
              + " (default: 0).")
  @Nullable String audit;

  @Option(
      names = "--keep-age",
      paramLabel = "TIME",
      description = "Remove finished jobs older than this, for example 30d (default: never).")
  @Nullable String keepAge;

  @Option(
      names = "--keep-count",
      paramLabel = "N",
      description = "Keep at most this many finished jobs; the oldest are removed.")
  @Nullable String keepCount;

  @Option(
      names = "--keep-bytes",
      paramLabel = "SIZE",
      description =
          "Keep finished jobs within this size on disk, for example 200 GB; the oldest"
              + " are removed.")
  @Nullable String keepBytes;

  @Option(
      names = "--limit-jobs",
      paramLabel = "N",
      description = "Maximum number of unfinished jobs (default: 1000).")
  @Nullable String limitJobs;

  @Option(
      names = "--limit-jobs-of-one",
      paramLabel = "N",
      description = "Maximum number of unfinished jobs per token (default: 1000).")
  @Nullable String limitJobsOfOne;

  @Option(
      names = "--limit-body",
      paramLabel = "SIZE",
      description = "Largest request body of the API (default: 64 MiB).")
  @Nullable String limitBody;

  @Option(
      names = "--limit-pixels",
      paramLabel = "N",
      description = "Largest image in pixels (default: 1073741824, 32768x32768).")
  @Nullable String limitPixels;

  @Option(
      names = "--limit-request-pixels",
      paramLabel = "N",
      description =
          "Most pixels that all pictures of a request have together: its source, masks, control"
              + " pictures (default: 160000000).")
  @Nullable String limitRequestPixels;

  @Option(
      names = "--limit-models",
      paramLabel = "SIZE",
      description =
          "Largest size of the store of models, with unfinished uploads (default: 256 GiB).")
  @Nullable String limitModels;

  @Option(
      names = "--limit-model-file",
      paramLabel = "SIZE",
      description = "Largest file in the store of models (default: 32 GiB).")
  @Nullable String limitModelFile;

  @Option(
      names = "--webhook-host",
      paramLabel = "HOST",
      description = "Host that jobs may notify by webhook when they end; repeatable.")
  @Nullable List<String> webhookHosts;

  @Option(
      names = "--webhook-secret",
      paramLabel = "FILE",
      description = "File with the secret that signs webhook requests.")
  @Nullable String webhookSecret;

  @Option(
      names = "--hook",
      paramLabel = "COMMAND",
      description = "Command to run when a job ends, with its id and folder; not run by a shell.")
  @Nullable String hook;

  @Option(
      names = "--beside",
      paramLabel = "KIND=PATH",
      hidden = true,
      description = "Files of this machine that requests may name, as serve gives them.")
  List<String> beside = List.of();

  /** The files of this machine that requests may name beside those of the store. */
  public ModelLibrary beside() {
    return new LocalLibrary(places());
  }

  List<Place> places() {
    return beside.stream().map(CoordinatorOptions::place).toList();
  }

  private static Place place(String text) {
    int equals = Math.max(text.indexOf('='), 0);
    String kind = text.substring(0, equals).toUpperCase(Locale.ROOT).replace('-', '_');
    return new Place(LibraryKind.valueOf(kind), Path.of(text.substring(equals + 1)));
  }

  @Override
  public String heading() {
    return "Coordinator";
  }
}
