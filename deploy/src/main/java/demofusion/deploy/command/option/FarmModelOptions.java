package demofusion.deploy.command.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the farm's models. */
public final class FarmModelOptions implements OptionGroup {
  @Option(
      names = "--model",
      paramLabel = "NAME|HASH",
      description =
          "Model to use, by name or by the first 8 or more digits of its hash (default: the only"
              + " model that the workers have).")
  public @Nullable String model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "CPU threads per forward pass (default: ${DEFAULT-VALUE}; may change the image's last"
              + " bits).")
  public int threads;

  @Override
  public String heading() {
    return "Model";
  }
}
