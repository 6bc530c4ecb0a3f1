package demofusion.deploy.command;

import demofusion.deploy.bench.CoordinatorBench;
import demofusion.deploy.bench.ForwardBench;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.worker.model.DiffusionModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion bench unet|vae|coordinator}: how fast the parts are here. */
@Command(
    name = "bench",
    description = "Measure how fast the networks and the coordinator are on this machine.%n",
    footer = {
      "%nExamples:",
      "  demofusion bench unet --device cuda:0 --view-batch 4",
      "  demofusion bench coordinator --json"
    })
final class BenchCommand {
  private final Terminal terminal;

  @Mixin final HelpOption help = new HelpOption();

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Command(
      name = "unet",
      description =
          "Forwards per second of the UNet, with guidance, on windows of the native size.%n")
  int unet(
      @Mixin ModelOptions options,
      @Option(
              names = "--view-batch",
              paramLabel = "N",
              defaultValue = "1",
              description = "Guided views per forward (default: ${DEFAULT-VALUE}).")
          int views,
      @Mixin BenchOptions bench,
      @Mixin HelpOption helpOption) {
    try (DiffusionModel model = options.load()) {
      int side = model.card().geometry().sampleSize();
      ForwardBench.Timing timing =
          new ForwardBench(model, options.threads)
              .unet(new LatentExtent(side, side), require("view batch", views), bench.forwards());
      report("unet", model.card(), options.threads, views, timing, bench.json);
    }
    return HouseStyle.OK;
  }

  @Command(
      name = "vae",
      description = "Forwards per second of the VAE's decoder, on latents of the native size.%n")
  int vae(@Mixin ModelOptions options, @Mixin BenchOptions bench, @Mixin HelpOption helpOption) {
    try (DiffusionModel model = options.load()) {
      ForwardBench.Timing timing = new ForwardBench(model, options.threads).vae(bench.forwards());
      report("vae", model.card(), options.threads, 1, timing, bench.json);
    }
    return HouseStyle.OK;
  }

  @Command(
      name = "coordinator",
      description =
          "What one timestep costs the coordinator at three sizes of latent, beside copying the same"
              + " latent (two minutes).%n")
  int coordinator(
      @Option(names = "--json", description = "As JSON.") boolean json,
      @Mixin HelpOption helpOption) {
    List<CoordinatorBench.Row> rows = CoordinatorBench.run(terminal.err());
    if (json) {
      terminal.out().println(Json.line(rows));
    } else {
      rows.forEach(row -> terminal.out().println(row.line()));
    }
    return HouseStyle.OK;
  }

  /** How much to measure, and how to say it. */
  static final class BenchOptions {
    @Option(
        names = "--forwards",
        paramLabel = "N",
        defaultValue = "20",
        description = "How many to time (default: ${DEFAULT-VALUE}).")
    int count;

    @Option(names = "--json", description = "As JSON.")
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
      terminal.out().println(Json.line(result));
    } else {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s of %s on %s, %s: %.2f forwards/s (%d at once, one takes %.1f ms in the median)%n",
              network,
              card.name(),
              card.device(),
              card.precision(),
              timing.forwardsPerSecond(),
              timing.lanes(),
              timing.medianSeconds() * 1e3);
    }
  }
}
