package demofusion.deploy.command.lab;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.compare.Comparison;
import demofusion.deploy.compare.Contestant;
import demofusion.deploy.model.FarmModelName;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion compare}: methods side by side, or models. */
@Command(
    name = "compare",
    abbreviateSynopsis = true,
    description =
        "Generate the same images with several methods or models, measure them and show them side by"
            + " side.%n",
    footer = {
      "%nThe folder receives every image, a 1:1 crop of each, sheet.png and sheet.html. Figures:",
      "  gradient energy      pixel-to-pixel contrast: low for blur, high for noise",
      "  repetition           0 to 1: how well native-size patches match elsewhere in the image",
      "  seams                1: tile borders look like the rest; above 1: seams are visible",
      "  likeness to phase 1  structural similarity of the downscaled image to phase 1; 1 is equal",
      "With --coordinator a farm draws, one image after the other; --model and --models are the"
          + " farm's.",
      "%nExamples:",
      "  demofusion compare \"a lighthouse at sunset\" --seeds 1-4",
      "  demofusion compare \"a fox\" --model sdxl-base --size 4096x4096 \\",
      "    --methods demofusion,no-dilated,no-skip-residual,lanczos --output fox",
      "  demofusion compare \"a fox\" --models miniature,../sd15 --size 512x512",
      "  demofusion compare \"a fox\" --coordinator http://farm:7980 --models sdxl,sd21 \\",
      "    --size 1024x1024",
      "  demofusion compare --prompts captions.txt --json --quiet | jq .means"
    })
public final class CompareCommand extends TerminalCommand implements Callable<Integer> {
  private static final String NAME = "comparison";
  private static final List<String> METHODS =
      List.of("demofusion", "multidiffusion", "direct", "lanczos");

  @Mixin final TrialOptions trial = new TrialOptions();

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      description =
          "Methods: demofusion, multidiffusion, direct, detail, fast, sr, lanczos (phase 1 upscaled),"
              + " and DemoFusion or detail without one component: no-skip-residual, no-dilated,"
              + " no-progressive, no-gaussian, no-jitter, no-frequency-mixing,"
              + " no-structure-guidance (default: demofusion,multidiffusion,direct,lanczos; with"
              + " --models demofusion alone).")
  @Nullable List<String> methods;

  @Option(
      names = "--models",
      paramLabel = "PATH",
      split = ",",
      description =
          "Models to compare in place of --model: folders or files, on a farm names or hashes; each"
              + " draws with its own settings where none are given here.")
  @Nullable List<String> models;

  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    if (models != null && model.isNamed()) {
      throw DemofusionException.badRequest(
          "--model and --models exclude each other: name all models with --models");
    }
    List<RenderSpec> pictures = trial.pictures(model.threads);
    Comparison.Result result =
        farm.isNamed()
            ? onFarm(pictures)
            : models == null ? ofMethods(pictures) : ofModels(models, pictures);
    terminal.out().println(trial.json ? Json.line(result) : result.sheet());
    return CliConventions.OK;
  }

  private Comparison.Result ofMethods(List<RenderSpec> pictures) {
    List<Contestant> contestants = contestants(METHODS);
    return Trial.run(
        model,
        trial,
        NAME,
        folder -> drawn(contestants, pictures),
        (painter, folder) -> new Comparison(folder, this::say).run(painter, contestants, pictures));
  }

  private List<Contestant> contestants(List<String> otherwise) {
    return Contestant.parse(methods == null ? otherwise : methods);
  }

  private Comparison.Result ofModels(List<String> paths, List<RenderSpec> pictures) {
    List<Contestant> contestants = contestants(METHODS.subList(0, 1));
    List<ModelChoice> choices =
        paths.stream()
            .map(path -> model.choice(ModelLocation.orShipped(Path.of(path.strip()))))
            .toList();
    return Trial.run(
            choices,
            trial,
            NAME,
            folder -> drawn(contestants, pictures),
            folder -> new Comparison(folder, this::say),
            (comparison, painter, label) -> comparison.draw(painter, label, contestants, pictures))
        .result();
  }

  private Comparison.Result onFarm(List<RenderSpec> pictures) {
    List<Contestant> contestants = contestants(models == null ? METHODS : METHODS.subList(0, 1));
    List<@Nullable String> names = new ArrayList<>();
    for (String each : models == null ? Collections.singletonList(model.typed()) : models) {
      names.add(each == null ? null : FarmModelName.of(each.strip(), this::say));
    }
    try (FarmClient client = farm.client(terminal)) {
      return Trial.run(
              client,
              names,
              trial,
              NAME,
              drawn(contestants, pictures),
              folder -> new Comparison(folder, this::say),
              (comparison, painter, label) ->
                  comparison.draw(painter, models == null ? "" : label, contestants, pictures))
          .result();
    }
  }

  /** Each contestant's first picture: whatever cannot be drawn is refused before any is. */
  private static List<RenderSpec> drawn(List<Contestant> contestants, List<RenderSpec> pictures) {
    return contestants.stream().map(each -> each.spec(pictures.get(0))).toList();
  }

  private void say(String sentence) {
    if (!trial.quiet) {
      terminal.say(sentence);
    }
  }
}
