package demofusion.deploy.command;

import demofusion.deploy.compare.Study;
import demofusion.deploy.compare.StudySetting;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.latent.RenderSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion study stride|scales|steps}: one setting in several values. */
@Command(
    name = "study",
    description = "Try one setting in several values: what each costs, and what comes of it.%n",
    footer = {
      "%nThe folder gets study.csv, a line for each picture, and study.png, what is gained over what it",
      "costs. What the figures say: demofusion compare --help.",
      "%nExamples:",
      "  demofusion study stride \"a lighthouse at sunset\" --seeds 1-3",
      "  demofusion study stride \"a fox\" --model sdxl-base --values 32,64,96 --size 4096x4096",
      "  demofusion study scales \"a fox\" --values 1,3,5",
      "  demofusion study steps \"a fox\" --json --quiet | jq .means"
    })
final class StudyCommand {
  private final Terminal terminal;

  @Mixin final HelpOption help = new HelpOption();

  StudyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Which values, of which pictures, with which model. */
  static final class StudyOptions {
    @Option(
        names = "--values",
        paramLabel = "X",
        split = ",",
        description = "The values (default: some that make sense for the model).")
    @Nullable List<Double> values;

    @Mixin final ModelOptions model = new ModelOptions();
    @Mixin final TrialOptions trial = new TrialOptions();
  }

  @Command(
      name = "stride",
      description =
          "Between local windows: a smaller one costs more forwards and hides windows better.%n")
  int stride(@Mixin StudyOptions options, @Mixin HelpOption helpOption) {
    return run(StudySetting.STRIDE, options);
  }

  @Command(
      name = "scales",
      description =
          "The exponent of the skip residual's weight: how long the larger picture is led by the"
              + " smaller one.%n")
  int scales(@Mixin StudyOptions options, @Mixin HelpOption helpOption) {
    return run(StudySetting.SCALES, options);
  }

  @Command(name = "steps", description = "Timesteps of each phase.%n")
  int steps(@Mixin StudyOptions options, @Mixin HelpOption helpOption) {
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
    return HouseStyle.OK;
  }

  private void say(StudyOptions options, String sentence) {
    if (!options.trial.quiet) {
      terminal.say(sentence);
    }
  }
}
