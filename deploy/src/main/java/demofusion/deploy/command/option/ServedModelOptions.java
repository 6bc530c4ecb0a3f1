package demofusion.deploy.command.option;

import demofusion.deploy.command.option.device.DeviceMemoryOptions;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.model.FastAccumulation;
import demofusion.protocol.model.Precision;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a worker serves; read by name, through the configuration. */
public final class ServedModelOptions implements OptionGroup {
  @Option(
      names = "--model",
      paramLabel = "DIR|FILE",
      description =
          "Model: a folder in diffusers format, or a checkpoint in one .safetensors file;"
              + " repeatable, all on the same device (default: $DEMOFUSION_MODEL, else the bundled"
              + " miniature).")
  public @Nullable List<String> models;

  @Option(
      names = "--model-config",
      paramLabel = "DIR",
      description =
          "Folder in diffusers format whose configurations the models in one file have, in place"
              + " of what their tensors say.")
  public @Nullable String config;

  @Option(
      names = "--vae",
      paramLabel = "DIR|FILE",
      description = "Use this VAE instead of the models' own.")
  public @Nullable String vae;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "Device: cpu or cuda:N (default: cuda:0 if available, else cpu).")
  public @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "Precision: float32, float16 or bfloat16 (default: float32 on a CPU, float16"
              + " on a GPU).")
  public @Nullable String precision;

  @Mixin public final DeviceMemoryOptions memory = new DeviceMemoryOptions();

  @Option(
      names = "--fast-accumulation",
      description =
          "Sum up in float16 what is multiplied in float16: faster on a GeForce (3090, 4090: about"
              + " a quarter), a little less precise, other bits. Needs a GPU and float16; images"
              + " record it, and workers with and without it never share an image.")
  public boolean fastAccumulation;

  @Option(
      names = "--synthetic",
      paramLabel = "SETTINGS",
      description =
          "For tests and benchmarks: a stand-in model that only takes time, for example"
              + " window=128,millis=200.")
  public @Nullable String synthetic;

  /** Refuses here what every worker would refuse. */
  public void check() {
    memory.limit();
    Optional<Precision> given = memory.of(precision == null ? null : Precision.parse(precision));
    if (fastAccumulation) {
      FastAccumulation.of(given, Optional.ofNullable(device));
    }
  }

  @Override
  public String heading() {
    return "Model and device";
  }
}
