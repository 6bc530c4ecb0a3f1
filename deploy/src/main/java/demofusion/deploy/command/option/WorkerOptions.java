package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A worker's own settings; their values are read by name, through the configuration. */
public final class WorkerOptions implements OptionGroup {
  @Option(
      names = "--join",
      paramLabel = "ADDRESS",
      description =
          "HOST:PORT of the coordinator; separate several with commas. Or the URL of its API, for"
              + " example https://farm:7980, from where nobody can connect to this worker: it opens"
              + " no port then.")
  @Nullable List<String> join;

  @Option(
      names = "--bind",
      paramLabel = "HOST:PORT",
      description =
          "Address for the coordinator to connect to (default: 127.0.0.1, any free port).")
  @Nullable String bind;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description = "The same address as seen by the coordinator, if it differs.")
  @Nullable String advertise;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "With a URL (--join or --api): file with a token of the role work; demofusion token"
              + " creates it.")
  @Nullable String tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "With https: PEM file with the farm's certificate authority (default: Java's trust"
              + " store).")
  @Nullable String authority;

  @Option(
      names = "--api",
      paramLabel = "URL",
      description =
          "With --join HOST:PORT: URL of the coordinator's API, to fetch checkpoints, LoRAs and"
              + " embeddings from its store (default: port 7980 if it is on this machine).")
  @Nullable String api;

  @Option(
      names = "--store-folder",
      paramLabel = "DIR",
      hidden = true,
      description = "The coordinator's store itself, where it is on this machine.")
  public @Nullable Path storeFolder;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder for fetched files, which workers of a machine share (default:"
              + " ~/.cache/demofusion).")
  @Nullable String cache;

  @Option(
      names = "--cache-size",
      paramLabel = "SIZE",
      description =
          "Largest size of that folder; what was not used for longest goes first (default: 64"
              + " GiB).")
  @Nullable String cacheSize;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Name in lists, logs and reports (default: made from host, device and process).")
  @Nullable String name;

  @Option(
      names = "--selftest",
      description =
          "Check the device before joining: the same work twice gives the same bits. A worker that"
              + " fails does not join, and exits with 1.")
  boolean selftest;

  @Option(
      names = "--selftest-every",
      paramLabel = "TIME",
      description =
          "Check it again after this time, for example 24h, when no work waits; a worker that fails"
              + " leaves, and exits with 1 (default: never).")
  @Nullable String selftestEvery;

  @Option(
      names = "--when",
      paramLabel = "HOURS",
      description =
          "Hours of the week, by this machine's clock, in which the card is the farm's, for example"
              + " \"mon-fri 19:00-07:00, sat-sun\". Outside of them the worker leaves and frees the"
              + " device; it comes back by itself (default: always).")
  @Nullable String when;

  @Option(
      names = "--yield-to",
      paramLabel = "WHO",
      description =
          "Who comes before the farm: desktop while somebody sits at it (systemd-logind), gpu while"
              + " another program computes on the card (nvidia-smi), file:PATH while that file is"
              + " there, command:WORDS while that shell command succeeds; separate several with"
              + " commas. Asked each second. The worker ends the batch"
              + " it is at, leaves and frees the device, and comes back after 10 s of quiet.")
  @Nullable List<String> yieldTo;

  @Option(
      names = "--leave-on",
      paramLabel = "NOTICE",
      description =
          "Who announces that this machine goes away: aws, gcp or azure (the notice of a spot"
              + " instance), shutdown (this machine's, by systemd-logind, which is delayed"
              + " meanwhile), file:PATH that is there then, or a URL that answers 200 then; separate"
              + " several with commas. Asked each second. The worker finishes what it has started,"
              + " leaves, and exits with 0.")
  @Nullable List<String> leaveOn;

  @Option(
      names = "--unload-after",
      paramLabel = "TIME",
      description =
          "After so much time without work, for example 10m, the model leaves the device; it is"
              + " loaded again for the next work (default: never).")
  @Nullable String unloadAfter;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description =
          "Address of the Prometheus metrics; HOST:FROM-TO picks the first free port, off disables"
              + " them (default: 127.0.0.1:7981-7999).")
  @Nullable String metrics;

  @Override
  public String heading() {
    return "Worker";
  }
}
