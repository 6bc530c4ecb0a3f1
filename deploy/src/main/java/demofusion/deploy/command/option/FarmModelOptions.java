package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.model.FarmModelName;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the farm's models. */
public final class FarmModelOptions implements OptionGroup {
  @Option(
      names = "--model",
      paramLabel = "NAME|HASH",
      description =
          "Model to use, by name, by the first 8 or more digits of its hash, or by the path of its"
              + " folder (default: the only model that the workers have).")
  public @Nullable String model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "CPU threads per forward pass (default: ${DEFAULT-VALUE}; may change the image's last"
              + " bits).")
  public int threads;

  /**
   * What the farm knows the model by.
   *
   * @param say where sentences about waiting go
   */
  public @Nullable String wanted(Consumer<String> say) {
    return model == null ? null : FarmModelName.of(model, say);
  }

  @Override
  public String heading() {
    return "Model";
  }
}
