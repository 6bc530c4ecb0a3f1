package demofusion.deploy.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the farm's models. */
final class FarmModelOptions implements OptionGroup {
  @Option(
      names = "--model",
      paramLabel = "NAME|HASH",
      description =
          "A model that workers have, by its name or the first 8 or more digits of its hash"
              + " (default: the only one that they have).")
  @Nullable String model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "CPU threads of one forward (default: ${DEFAULT-VALUE}; part of the picture's identity).")
  int threads;

  @Override
  public String heading() {
    return "Model";
  }
}
