package demofusion.deploy.command.lab;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.compare.Comparison;
import demofusion.deploy.compare.Contestant;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.request.RenderSpec;
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
        "Generate the same images with several methods, measure them and show them side by side.%n",
    footer = {
      "%nThe folder receives every image, a 1:1 crop of each, sheet.png and sheet.html. Figures:",
      "  gradient energy      pixel-to-pixel contrast: low for blur, high for noise",
      "  repetition           0 to 1: how well native-size patches match elsewhere in the image",
      "  seams                1: tile borders look like the rest; above 1: seams are visible",
      "  likeness to phase 1  structural similarity of the downscaled image to phase 1; 1 is equal",
      "%nExamples:",
      "  demofusion compare \"a lighthouse at sunset\" --seeds 1-4",
      "  demofusion compare \"a fox\" --model sdxl-base --size 4096x4096 \\",
      "    --methods demofusion,no-dilated,no-skip-residual,lanczos --output fox",
      "  demofusion compare --prompts captions.txt --json --quiet | jq .means"
    })
public final class CompareCommand extends TerminalCommand implements Callable<Integer> {
  @Mixin final TrialOptions trial = new TrialOptions();

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "demofusion,multidiffusion,direct,lanczos",
      description =
          "Methods: demofusion, multidiffusion, direct, lanczos (phase 1 upscaled), and DemoFusion"
              + " without one component: no-skip-residual, no-dilated, no-progressive,"
              + " no-gaussian, no-jitter (default: ${DEFAULT-VALUE}).")
  List<String> methods = List.of();

  @Mixin final ModelOptions model = new ModelOptions();

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
    return CliConventions.OK;
  }

  private void say(String sentence) {
    if (!trial.quiet) {
      terminal.say(sentence);
    }
  }
}
