package demofusion.deploy.command.lab;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.command.option.PromptList;
import demofusion.deploy.compare.Contestant;
import demofusion.deploy.compare.stress.AgainstFolder;
import demofusion.deploy.compare.stress.FarmPainter;
import demofusion.deploy.compare.stress.Stress;
import demofusion.deploy.compare.stress.Stress.Order;
import demofusion.deploy.compare.stress.StressCaption;
import demofusion.deploy.compare.stress.StressReport;
import demofusion.deploy.compare.stress.StressSet;
import demofusion.deploy.model.FarmModelName;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.MethodRules;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.latent.PixelExtent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion stress}: what methods make of captions that are hard on them. */
@Command(
    name = "stress",
    abbreviateSynopsis = true,
    description =
        "Generate a set of difficult prompts with several methods, measure every image against phase"
            + " 1 enlarged, and write one report.%n",
    footer = {
      "%nThe set has 30 prompts: for SDXL faces, crowds, lettering, texture and sky; the miniature"
          + " has its own.",
      "A prompt or --prompts takes others instead. The folder receives every image, report.html,"
          + " report.png,",
      "pictures.csv (a line per image) and figures.csv (means with 95%% intervals). Images that are"
          + " there",
      "already are not generated again: run the same command to continue.",
      "Alone it draws here; with --coordinator on a farm, where --model is one of the farm's.",
      "--against names images NN-SEED.png, or NN.png for every seed, NN being the prompt's number:"
          + " 01 to 30.",
      "They are brought to the size of the others.",
      "%nExamples:",
      "  demofusion stress --methods demofusion,detail,lanczos --seeds 1-3 --steps 16",
      "  demofusion stress --limit 5 --seeds 1 --no-jitter --methods multidiffusion,detail",
      "  demofusion stress --coordinator http://farm:7980 --sizes 2048x2048,4096x4096 --seeds 1-3",
      "  demofusion stress --against other-program --seeds 1"
    })
public final class StressCommand extends TerminalCommand implements Callable<Integer> {
  private static final Path FOLDER = Path.of("stress");
  private static final Range LIMIT = new Range("limit", 1, 10_000);

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "demofusion,detail,lanczos",
      description = "Methods, as for compare (default: ${DEFAULT-VALUE}).")
  List<String> methods = List.of();

  @Option(
      names = "--captions",
      paramLabel = "SET",
      description = "Set of prompts: sdxl or miniature (default: by the model's name).")
  @Nullable String captions;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take N prompts only, of all kinds alike (default: all).")
  @Nullable Integer limit;

  @Option(
      names = "--sizes",
      paramLabel = "WxH",
      split = ",",
      description = "Image sizes, one after the other, in place of --size.")
  List<PixelExtent> sizes = List.of();

  @Option(
      names = "--no-jitter",
      description = "Tiles on a fixed grid: only then can seams be measured.")
  boolean noJitter;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = "Folder with another program's or model's images of the same prompts.")
  @Nullable Path against;

  @Mixin final TrialOptions trial = new TrialOptions();
  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    if (limit != null) {
      LIMIT.require(limit);
    }
    List<Contestant> contestants = Contestant.parse(methods);
    if (trial.output == null) {
      trial.output = FOLDER; // always the same, so that the same command goes on
    }
    sizes.forEach(TrialOptions::requireModest);
    TrialOptions.requireModest(trial.size);
    StressReport report = farm.isNamed() ? onFarm(contestants) : here(contestants);
    Path folder = trial.output.toAbsolutePath();
    terminal.out().println(trial.json ? Json.line(report.figures()) : StressReport.page(folder));
    return CliConventions.OK;
  }

  private StressReport here(List<Contestant> contestants) {
    List<Order> orders = new ArrayList<>(); // the one, once the model is known
    return Trial.run(
        model,
        trial,
        FOLDER.toString(),
        opened -> {
          orders.add(order(contestants, opened.name()));
          return orders.get(0).samples();
        },
        (painter, folder) -> new Stress(painter, folder, this::say).run(orders.get(0)));
  }

  private StressReport onFarm(List<Contestant> contestants) {
    Path folder = (trial.output == null ? FOLDER : trial.output).toAbsolutePath();
    try (FarmClient client = farm.client(terminal)) {
      String typed = model.typed();
      String name = typed == null ? null : FarmModelName.of(typed, this::say);
      FarmPainter painter = new FarmPainter(client, name, folder.resolve(".drawing"));
      Order order = order(contestants, painter.model());
      for (RenderSpec sample : order.samples()) {
        MethodRules.require(sample);
      }
      Trial.create(folder);
      return new Stress(painter, folder, this::say).run(order);
    }
  }

  private Order order(List<Contestant> contestants, String modelName) {
    List<StressCaption> all =
        trial.prompt != null || trial.promptsFile != null
            ? StressSet.own(PromptList.read(trial.prompt, trial.promptsFile, System.in))
            : (captions == null ? StressSet.of(modelName) : StressSet.parse(captions)).captions();
    RenderSpec base = trial.picture("", 0, model.threads);
    DemoFusionParts parts =
        noJitter ? new DemoFusionParts(true, true, true, true, false) : DemoFusionParts.all();
    return new Order(
        base.toBuilder().ablations(parts).build(),
        limit == null ? all : StressSet.first(all, limit),
        trial.seeds(),
        sizes,
        contestants,
        against == null ? null : new AgainstFolder(against));
  }

  private void say(String sentence) {
    if (!trial.quiet) {
      terminal.say(sentence);
    }
  }
}
