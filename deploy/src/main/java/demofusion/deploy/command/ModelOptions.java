package demofusion.deploy.command;

import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, on which device. */
final class ModelOptions implements OptionGroup {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "A diffusers SDXL folder (default: $DEMOFUSION_MODEL, else the miniature that ships).")
  @Nullable Path model;

  @Option(
      names = "--vae",
      paramLabel = "DIR",
      description = "Another VAE, for example the fp16 fix on 24 GB cards.")
  @Nullable Path vae;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Of the weight files, for example fp16 (default: what is there).")
  @Nullable String variant;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "cpu or cuda:N (default: cuda:0 where there is one, else cpu).")
  @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "float32, float16 or bfloat16 (default: float32 on a CPU, float16 on a GPU, there with the"
              + " VAE in float32 where the model says so).")
  @Nullable Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "CPU threads of one forward; several forwards run at once (default: ${DEFAULT-VALUE}; part"
              + " of the picture's identity).")
  int threads;

  ModelChoice choice() {
    return new ModelChoice(
        ModelLocation.resolve(model),
        Optional.ofNullable(variant),
        Optional.ofNullable(vae),
        Optional.ofNullable(device),
        Optional.ofNullable(precision));
  }

  /** What a stopped render used, but for what is given now. */
  ModelChoice overriding(ModelChoice stopped) {
    return new ModelChoice(
        model == null ? stopped.folder() : model,
        variant == null ? stopped.variant() : Optional.of(variant),
        vae == null ? stopped.vae() : Optional.of(vae),
        device == null ? stopped.device() : Optional.of(device),
        precision == null ? stopped.precision() : Optional.of(precision));
  }

  /** Reads the folder and puts it on its device. */
  DiffusionModel load() {
    ModelChoice choice = choice();
    return choice.load(choice.open());
  }

  @Override
  public String heading() {
    return "Model and device";
  }
}
