package demofusion.deploy.command.lab;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.compare.Study;
import demofusion.deploy.compare.StudySetting;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.request.RenderSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion study stride|scales|steps}: one setting in several values. */
@Command(
    name = "study",
    description = "Vary one setting and measure cost and effect of each value.%n",
    footer = {
      "%nThe folder receives study.csv, one line per image, and study.png, which plots effect"
          + " against",
      "cost. For what the figures mean, see demofusion compare --help.",
      "%nExamples:",
      "  demofusion study stride \"a lighthouse at sunset\" --seeds 1-3",
      "  demofusion study stride \"a fox\" --model sdxl-base --values 32,64,96 --size 4096x4096",
      "  demofusion study scales \"a fox\" --values 1,3,5",
      "  demofusion study steps \"a fox\" --json --quiet | jq .means"
    })
public final class StudyCommand extends TerminalCommand {
  /** Which values, of which pictures, with which model. */
  static final class StudyOptions {
    @Option(
        names = "--values",
        paramLabel = "X",
        split = ",",
        description = "Values to try (default: a sensible range for the model).")
    @Nullable List<Double> values;

    @Mixin final ModelOptions model = new ModelOptions();
    @Mixin final TrialOptions trial = new TrialOptions();
  }

  @Command(
      name = "stride",
      description =
          "Stride between tiles: a smaller one needs more forward passes and hides seams better.%n")
  int stride(@Mixin StudyOptions options) {
    return run(StudySetting.STRIDE, options);
  }

  @Command(
      name = "scales",
      description =
          "Decay exponent of the skip residual: how closely each phase follows the previous one.%n")
  int scales(@Mixin StudyOptions options) {
    return run(StudySetting.SCALES, options);
  }

  @Command(name = "steps", description = "Timesteps per phase.%n")
  int steps(@Mixin StudyOptions options) {
    return run(StudySetting.STEPS, options);
  }

  private int run(StudySetting setting, StudyOptions options) {
    List<RenderSpec> pictures = options.trial.pictures(options.model.threads);
    List<Double> values = new ArrayList<>();
    Study.Result result =
        Trial.run(
            options.model,
            options.trial,
            "study",
            folder -> {
              values.addAll(
                  options.values == null ? setting.standard(folder.geometry()) : options.values);
              return values.stream().map(value -> setting.apply(pictures.get(0), value)).toList();
            },
            (painter, folder) ->
                new Study(painter, folder, sentence -> say(options, sentence))
                    .run(setting, values, pictures));
    terminal.out().println(options.trial.json ? Json.line(result) : result.plot());
    return CliConventions.OK;
  }

  private void say(StudyOptions options, String sentence) {
    if (!options.trial.quiet) {
      terminal.say(sentence);
    }
  }
}
