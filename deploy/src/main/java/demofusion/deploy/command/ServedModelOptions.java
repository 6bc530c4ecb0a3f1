package demofusion.deploy.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a worker serves; read by name, through the configuration. */
final class ServedModelOptions implements OptionGroup {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "A diffusers SDXL folder; can be repeated, all of them on the one device (default:"
              + " $DEMOFUSION_MODEL, else the miniature that ships).")
  @Nullable List<String> models;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "cpu or cuda:N (default: cuda:0 where there is one, else cpu).")
  @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description = "float32, float16 or bfloat16 (default: float32 on a CPU, float16 on a GPU).")
  @Nullable String precision;

  @Option(
      names = "--synthetic",
      paramLabel = "SETTINGS",
      description =
          "For trying out and measuring: instead of a model a stand-in that takes time and draws"
              + " nothing, for example window=128,millis=200.")
  @Nullable String synthetic;

  @Override
  public String heading() {
    return "Model and device";
  }
}
