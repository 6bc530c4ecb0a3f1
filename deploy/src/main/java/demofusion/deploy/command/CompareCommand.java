package demofusion.deploy.command;

import demofusion.deploy.compare.Comparison;
import demofusion.deploy.compare.Contestant;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.latent.RenderSpec;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion compare}: methods side by side. */
@Command(
    name = "compare",
    abbreviateSynopsis = true,
    description =
        "Draw the same pictures by several methods, measure them, and show them together.%n",
    footer = {
      "%nThe folder gets every picture, a crop of each at 1:1, sheet.png and sheet.html. Figures:",
      "  gradient energy      how much happens from pixel to pixel: blur has little, noise much",
      "  repetition           0 to 1: how well patches of the native size are found elsewhere",
      "  seams                1: windows' borders are as everything else; above: they show",
      "  likeness to phase 1  1: made small, it is what the first phase drew (structural similarity)",
      "%nExamples:",
      "  demofusion compare \"a lighthouse at sunset\" --seeds 1-4",
      "  demofusion compare \"a fox\" --model sdxl-base --size 4096x4096 \\",
      "    --methods demofusion,no-dilated,no-skip-residual,lanczos --output fox",
      "  demofusion compare --prompts captions.txt --json --quiet | jq .means"
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin final TrialOptions trial = new TrialOptions();

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "demofusion,multidiffusion,direct,lanczos",
      description =
          "demofusion, multidiffusion, direct, lanczos (phase 1 made larger), and DemoFusion without"
              + " a part: no-skip-residual, no-dilated, no-progressive, no-gaussian, no-jitter"
              + " (default: ${DEFAULT-VALUE}).")
  List<String> methods = List.of();

  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final HelpOption help = new HelpOption();

  private final Terminal terminal;

  CompareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Contestant> contestants = Contestant.parse(methods);
    List<RenderSpec> pictures = trial.pictures(model.threads);
    Comparison.Result result =
        Trial.run(
            model,
            trial,
            "comparison",
            folder -> pictures,
            (painter, folder) ->
                new Comparison(painter, folder, this::say).run(contestants, pictures));
    terminal.out().println(trial.json ? Json.line(result) : result.sheet());
    return HouseStyle.OK;
  }

  private void say(String sentence) {
    if (!trial.quiet) {
      terminal.say(sentence);
    }
  }
}
