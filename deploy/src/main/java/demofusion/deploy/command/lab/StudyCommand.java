package demofusion.deploy.command.lab;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.compare.Study;
import demofusion.deploy.compare.StudySetting;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
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
      "cost. For what the figures mean, see demofusion compare --help. With --coordinator a farm"
          + " draws; --model",
      "and --models are the farm's.",
      "%nExamples:",
      "  demofusion study stride \"a lighthouse at sunset\" --seeds 1-3",
      "  demofusion study stride \"a fox\" --model sdxl-base --values 32,64,96 --size 4096x4096",
      "  demofusion study stride \"a fox\" --models miniature,../sd15 --size 512x512",
      "  demofusion study scales \"a fox\" --values 1,3,5",
      "  demofusion study steps \"a fox\" --json --quiet | jq .means",
      "  demofusion study control-weight \"a fox\" --controlnet canny --control-image edges.png"
    })
public final class StudyCommand extends TerminalCommand {
  private static final String NAME = "study";

  /** Which values, of which pictures, with which model. */
  static final class StudyOptions {
    @Option(
        names = "--values",
        paramLabel = "X",
        split = ",",
        description = "Values to try (default: a sensible range for the model).")
    @Nullable List<Double> values;

    @Option(
        names = "--models",
        paramLabel = "PATH",
        split = ",",
        description =
            "Models to study one after the other, in place of --model: folders or files, on a farm"
                + " names or hashes. Each has a folder of its own.")
    @Nullable List<String> models;

    @Mixin final ModelOptions model = new ModelOptions();
    @Mixin final FarmOptions farm = new FarmOptions();
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

  @Command(
      name = "control-weight",
      description =
          "Weight of ControlNets: how closely the image follows what it is given to follow.%n")
  int controlWeight(@Mixin StudyOptions options) {
    return run(StudySetting.CONTROL_WEIGHT, options);
  }

  private int run(StudySetting setting, StudyOptions options) {
    List<String> models = options.models;
    if (models != null && options.model.isNamed()) {
      throw DemofusionException.badRequest(
          "--model and --models exclude each other: name all models with --models");
    }
    StudyRun study =
        new StudyRun(
            setting,
            options.values,
            options.trial.pictures(options.model.threads),
            models != null,
            sentence -> say(options, sentence));
    List<Study.Result> results =
        options.farm.isNamed() ? onFarm(study, options) : here(study, options);
    if (options.trial.json) {
      terminal.out().println(Json.line(models == null ? results.get(0) : results));
    } else {
      results.forEach(each -> terminal.out().println(each.plot()));
    }
    return CliConventions.OK;
  }

  private static List<Study.Result> here(StudyRun study, StudyOptions options) {
    if (options.models == null) {
      return Trial.run(
          options.model,
          options.trial,
          NAME,
          model -> study.first(model.geometry()),
          (painter, folder) -> {
            study.in(folder).with(painter, "");
            return study.results();
          });
    }
    List<ModelChoice> choices =
        options.models.stream()
            .map(each -> ModelLocation.orShipped(Path.of(each.strip())))
            .map(options.model::choice)
            .toList();
    return Trial.run(
            choices,
            options.trial,
            NAME,
            model -> study.first(model.geometry()),
            study::in,
            StudyRun::with)
        .results();
  }

  private List<Study.Result> onFarm(StudyRun study, StudyOptions options) {
    List<@Nullable String> names =
        Trial.namesOnFarm(options.models, options.model, sentence -> say(options, sentence));
    try (FarmClient client = options.farm.client(terminal)) {
      return Trial.run(
              client,
              names,
              options.trial,
              NAME,
              painter -> study.first(painter.geometry()),
              study::in,
              StudyRun::with)
          .results();
    }
  }

  private void say(StudyOptions options, String sentence) {
    if (!options.trial.quiet) {
      terminal.say(sentence);
    }
  }
}
