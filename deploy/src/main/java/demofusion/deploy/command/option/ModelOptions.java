package demofusion.deploy.command.option;

import demofusion.deploy.command.option.device.DeviceMemoryOptions;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.model.FastAccumulation;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, on which device. */
public final class ModelOptions implements OptionGroup {
  @Mixin public final NamedModelOptions files = new NamedModelOptions();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Variant of the weight files, for example fp16 (default: whichever is present).")
  @Nullable String variant;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "Device: cpu or cuda:N (default: cuda:0 if available, else cpu).")
  public @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "Precision: float32, float16 or bfloat16 (default: float32 on a CPU; float16 on a GPU,"
              + " with the VAE in float32 if the model requires it).")
  @Nullable Precision precision;

  @Option(
      names = "--fast-accumulation",
      description =
          "Sum up in float16 what is multiplied in float16: faster on a GeForce (3090, 4090: about"
              + " a quarter), a little less precise, other bits. Needs a GPU and float16; images"
              + " record it, and workers with and without it never share an image.")
  boolean fastAccumulation;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "CPU threads per forward pass; several passes run at once (default: ${DEFAULT-VALUE};"
              + " may change the image's last bits).")
  public int threads;

  @Mixin public final DeviceMemoryOptions memory = new DeviceMemoryOptions();

  public boolean isNamed() {
    return files.model != null;
  }

  /** As it was typed; null: none was. */
  public @Nullable String typed() {
    return files.model == null ? null : files.model.toString();
  }

  public ModelChoice choice() {
    return choice(ModelLocation.resolve(files.model));
  }

  /** Another model than the one that is named, on the same device. */
  public ModelChoice choice(Path other) {
    return new ModelChoice(
        source(other.toString(), variant, null, null),
        Optional.ofNullable(device),
        precision(memory.of(precision), Optional.ofNullable(device)),
        memory.limit());
  }

  /** What a stopped render used, but for what is given now. */
  public ModelChoice overriding(ModelChoice stopped) {
    ModelSource begun = stopped.source();
    return new ModelChoice(
        source(
            files.model == null ? begun.base() : files.model.toString(),
            variant == null ? begun.variant() : variant,
            begun.vae(),
            begun.config()),
        device == null ? stopped.device() : Optional.of(device),
        precision(
            memory.of(precision).or(stopped::precision),
            device == null ? stopped.device() : Optional.of(device)),
        memory.limit());
  }

  private Optional<Precision> precision(Optional<Precision> given, Optional<String> onDevice) {
    return fastAccumulation ? Optional.of(FastAccumulation.of(given, onDevice)) : given;
  }

  private ModelSource source(
      String base,
      @Nullable String ofVariant,
      @Nullable String otherVae,
      @Nullable String otherConfig) {
    return new ModelSource(
        base,
        ofVariant,
        files.vae == null ? otherVae : files.vae.toString(),
        files.config == null ? otherConfig : files.config.toString());
  }

  /** Reads the folder and puts it on its device. */
  public DiffusionModel load() {
    ModelChoice choice = choice();
    return choice.load(choice.open());
  }

  @Override
  public String heading() {
    return "Model and device";
  }
}
