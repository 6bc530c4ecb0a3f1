package demofusion.deploy.command.lab;

import demofusion.deploy.bench.CoordinatorBench;
import demofusion.deploy.bench.FarmBench;
import demofusion.deploy.bench.ManyWorkers;
import demofusion.deploy.bench.PlanBench;
import demofusion.deploy.bench.SoakBench;
import demofusion.deploy.bench.TracePrice;
import demofusion.deploy.command.node.NodeProcess;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandLineRequest;
import demofusion.deploy.command.option.MethodOptions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.command.option.PictureOptions;
import demofusion.deploy.command.option.PromptOptions;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.plan.ForwardBench;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.network.UnetAgainstEager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code demofusion bench unet|vae|plan|coordinator|farm|soak}: how fast the parts and the whole
 * are.
 */
@Command(
    name = "bench",
    description = MissingBench.DESCRIPTION,
    footer = {
      "%nExamples:",
      "  demofusion bench unet --device cuda:0 --view-batch 4",
      "  demofusion bench coordinator --json",
      "  demofusion bench farm --workers 1,2,4,8 --tile-millis 200 --size 4096x4096",
      "  demofusion bench farm --workers 4 --steps 1 --otlp http://127.0.0.1:4318"
    })
public final class BenchCommand extends TerminalCommand {
  private static final int TRACE_PAIRS = 3;

  @Command(
      name = "unet",
      description = "UNet forward passes per second, with guidance, on tiles of the native size.%n")
  int unet(
      @Mixin ModelOptions options,
      @Option(
              names = "--view-batch",
              paramLabel = "N",
              defaultValue = "1",
              description =
                  "View batch: tiles per guided UNet forward pass (default:"
                      + " ${DEFAULT-VALUE}).")
          int views,
      @Option(
              names = "--against",
              description =
                  "Also run the same weights plainly (libtorch's kernels in order, as a first"
                      + " program in PyTorch would), forward by forward in turn, and print the"
                      + " ratio.")
          boolean against,
      @Mixin BenchOptions bench) {
    ModelChoice choice = options.choice();
    ModelFolder folder = choice.open();
    ModelCard card;
    ForwardBench.Timing timing;
    try (DiffusionModel model = choice.load(folder)) {
      model.memoryNote().ifPresent(terminal::say);
      card = model.card();
      if (against) {
        UnetAgainstEager.requireComparable(card.precision(), model.memoryNote());
      }
      int side = card.geometry().sampleSize();
      timing =
          new ForwardBench(model, options.threads)
              .unet(new LatentExtent(side, side), require("view batch", views), bench.forwards());
    }
    UnetAgainstEager.Result ratio =
        against
            ? UnetAgainstEager.measure(
                folder, card.device(), card.precision(), views, options.threads, bench.forwards())
            : null;
    report("unet", card, options.threads, views, timing, ratio, bench.json);
    return CliConventions.OK;
  }

  @Command(
      name = "vae",
      description = "VAE decoder forward passes per second, on latents of the native size.%n")
  int vae(@Mixin ModelOptions options, @Mixin BenchOptions bench) {
    try (DiffusionModel model = options.load()) {
      model.memoryNote().ifPresent(terminal::say);
      ForwardBench.Timing timing = new ForwardBench(model, options.threads).vae(bench.forwards());
      report("vae", model.card(), options.threads, 1, timing, null, bench.json);
    }
    return CliConventions.OK;
  }

  @Command(
      name = "plan",
      description =
          "Compare the estimate of plan --gpus here with the time the image really" + " takes.%n")
  int plan(
      @Mixin PictureOptions picture,
      @Mixin MethodOptions method,
      @Mixin ModelOptions options,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "3",
              description = "Number of rounds (default: ${DEFAULT-VALUE}).")
          int rounds,
      @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
    PromptOptions words = new PromptOptions();
    words.count = 1;
    CommandLineRequest request = new CommandLineRequest(words, picture, method, options.threads);
    ModelChoice choice = options.choice();
    ModelFolder folder = choice.open();
    try (DiffusionModel model = choice.load(folder)) {
      PlanBench.Result result =
          new PlanBench(model, folder.architecture())
              .run(
                  request.spec(new CommandLineRequest.Subject("a lighthouse", 1), null),
                  require("rounds", rounds));
      if (json) {
        terminal.out().println(Json.line(result));
      } else {
        result.lines().forEach(terminal.out()::println);
      }
    }
    return CliConventions.OK;
  }

  @Command(
      name = "coordinator",
      description =
          "Coordinator cost of one timestep at three latent sizes, compared with copying that"
              + " latent, and the same with a ControlNet, alone and with two regions (two"
              + " minutes).%n")
  int coordinator(
      @Option(
              names = "--method",
              paramLabel = "NAME",
              defaultValue = "demofusion",
              description =
                  "Whose timesteps: demofusion or detail, which weighs windows and guides structure"
                      + " (default: ${DEFAULT-VALUE}).")
          String method,
      @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
    List<CoordinatorBench.Row> rows =
        CoordinatorBench.run(RenderMethod.parse(method), terminal::say);
    if (json) {
      terminal.out().println(Json.line(rows));
    } else {
      rows.forEach(row -> terminal.out().println(row.line()));
    }
    return CliConventions.OK;
  }

  @Command(
      name = "farm",
      description =
          "Speed-up of one image with more workers: real processes on this machine with a"
              + " synthetic model that takes a fixed time (about ten minutes).%n")
  int farm(
      @Option(
              names = "--workers",
              paramLabel = "N",
              split = ",",
              defaultValue = "1,2,4,8,16",
              description = "Worker counts, one measurement each (default: ${DEFAULT-VALUE}).")
          List<Integer> workers,
      @Option(
              names = "--tile-millis",
              paramLabel = "MS",
              defaultValue = "200",
              description = "Time per guided tile in milliseconds (default: ${DEFAULT-VALUE}).")
          int tileMillis,
      @Option(
              names = "--size",
              paramLabel = "WxH",
              defaultValue = "4096x4096",
              description = "Image size (default: ${DEFAULT-VALUE}).")
          PixelExtent size,
      @Option(
              names = "--steps",
              paramLabel = "N",
              defaultValue = "3",
              description = "Timesteps per phase (default: ${DEFAULT-VALUE}).")
          int steps,
      @Option(
              names = "--view-batch",
              paramLabel = "N|half",
              defaultValue = "half",
              description = "View batch (default: ${DEFAULT-VALUE}).")
          ViewBatchSize unit,
      @Option(
              names = "--method",
              paramLabel = "NAME",
              defaultValue = "demofusion",
              description =
                  "Method of the image: demofusion, multidiffusion or detail (default:"
                      + " ${DEFAULT-VALUE}).")
          String method,
      @Option(
              names = "--only-speedup",
              description = "Skip the runs with concurrent jobs and with workers of unequal speed.")
          boolean onlySpeedup,
      @Option(
              names = "--only-scale",
              description =
                  "Measure the given worker counts only: the time of one worker is calculated from"
                      + " the plan, and the runs that --only-speedup skips are skipped too.")
          boolean onlyScale,
      @Option(
              names = "--per-process",
              paramLabel = "N",
              defaultValue = "1",
              description =
                  "Workers that share a process, to measure large farms on a small machine"
                      + " (default: ${DEFAULT-VALUE}).")
          int perProcess,
      @Option(
              names = "--otlp",
              paramLabel = "URL",
              description =
                  "Measure instead what traces cost: two farms draw the image in turn, one of which"
                      + " sends its traces to this OpenTelemetry collector, for example"
                      + " http://127.0.0.1:4318.")
          @Nullable String otlp,
      @Option(
              names = "--pairs",
              paramLabel = "N",
              description = "Images with and without traces for --otlp (default: 3).")
          @Nullable Integer pairs,
      @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
    workers.forEach(count -> require("workers", count));
    FarmBench.Settings settings =
        new FarmBench.Settings(
            workers,
            require("tile millis", tileMillis),
            size,
            require("steps", steps),
            unit,
            RenderMethod.parse(method),
            require("per process", perProcess),
            onlyScale,
            !onlySpeedup);
    if (otlp == null && pairs != null) {
      throw DemofusionException.badRequest("--pairs is of --otlp; give both, or leave it out");
    }
    if (otlp != null && (onlySpeedup || onlyScale || perProcess > 1)) {
      throw DemofusionException.badRequest(
          "--otlp measures traces alone, with a process for each worker; leave --only-speedup,"
              + " --only-scale and --per-process out");
    }
    Consumer<String> say = json ? terminal::say : terminal.out()::println;
    Object result =
        otlp == null
            ? new FarmBench(settings, say).run()
            : new TracePrice(
                    settings, otlp, pairs == null ? TRACE_PAIRS : require("pairs", pairs), say)
                .run();
    if (json) {
      terminal.out().println(Json.line(result));
    }
    return CliConventions.OK;
  }

  @Command(
      name = "farm-workers",
      hidden = true,
      description = "What bench farm --per-process starts: several workers in one process.%n")
  int farmWorkers(
      @Option(
              names = "--join",
              paramLabel = "HOST:PORT",
              required = true,
              description = "Address of the coordinator.")
          String join,
      @Option(
              names = "--names",
              paramLabel = "NAME",
              split = ",",
              required = true,
              description = "Names of the workers, one each.")
          List<String> names,
      @Option(
              names = "--synthetic",
              paramLabel = "MODEL",
              required = true,
              description = "Model of each worker, as for worker --synthetic.")
          String synthetic,
      @Option(
              names = "--parent",
              paramLabel = "PID",
              description = "Exit when this process exits, and leave Ctrl-C to it.")
          @Nullable Long parent)
      throws InterruptedException {
    Logging.ofNode("text", "--log-format");
    ManyWorkers workers = ManyWorkers.of(names, join, synthetic);
    return NodeProcess.run(workers::stop, workers::run, parent);
  }

  @Command(
      name = "soak",
      description =
          "Soak test: many tiny images through one coordinator, watching for leaks. Needs Linux"
              + " and a JDK (some minutes).%n")
  int soak(
      @Option(
              names = "--jobs",
              paramLabel = "N",
              defaultValue = "2000",
              description = "Number of images (default: ${DEFAULT-VALUE}).")
          int jobs,
      @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
    SoakBench.Result result = new SoakBench(jobs, terminal::say).run();
    if (json) {
      terminal.out().println(Json.line(result));
    } else {
      result.levels().forEach(level -> terminal.out().println(level.line()));
    }
    return result.isLevel() ? CliConventions.OK : CliConventions.FAILED;
  }

  /** How much to measure, and how to say it. */
  static final class BenchOptions {
    @Option(
        names = "--forwards",
        paramLabel = "N",
        defaultValue = "20",
        description = "Number of passes to time (default: ${DEFAULT-VALUE}).")
    int count;

    @Option(names = "--json", description = "Print the result as JSON.")
    boolean json;

    int forwards() {
      return require("forwards", count);
    }
  }

  private static int require(String name, int value) {
    if (value < 1) {
      throw DemofusionException.badRequest(name + " " + value + " must be at least 1");
    }
    return value;
  }

  private void report(
      String network,
      ModelCard card,
      int threads,
      int views,
      ForwardBench.Timing timing,
      UnetAgainstEager.@Nullable Result ratio,
      boolean json) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("network", network);
      result.put("model", card.name());
      result.put("device", card.device());
      result.put("precision", card.precision());
      result.put("threads", threads);
      result.put("views", views);
      result.put("forwards", timing.forwards());
      result.put("lanes", timing.lanes());
      result.put("medianSeconds", timing.medianSeconds());
      result.put("forwardsPerSecond", timing.forwardsPerSecond());
      if (ratio != null) {
        result.put("ourMedianSeconds", ratio.ourSeconds());
        result.put("eagerMedianSeconds", ratio.eagerSeconds());
        result.put("timesAsFastAsEager", ratio.ratio());
      }
      terminal.out().println(Json.line(result));
    } else {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s of %s on %s, %s: %.2f forwards/s (batch of %d, median %.1f ms per forward)%n",
              network,
              card.name(),
              card.device(),
              card.precision(),
              timing.forwardsPerSecond(),
              timing.lanes(),
              timing.medianSeconds() * 1e3);
      if (ratio != null) {
        terminal
            .out()
            .printf(
                Locale.ROOT,
                "%.2f times as fast as a plain eager run of the same weights (median %.1f ms"
                    + " against %.1f ms per forward, one at a time)%n",
                ratio.ratio(),
                ratio.ourSeconds() * 1e3,
                ratio.eagerSeconds() * 1e3);
      }
    }
  }
}
