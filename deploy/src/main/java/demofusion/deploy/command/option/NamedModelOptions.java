package demofusion.deploy.command.option;

import demofusion.deploy.model.ModelLocation;
import demofusion.protocol.model.ModelSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model: its files. */
public final class NamedModelOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR|FILE",
      description =
          "Model: a folder in diffusers format, or a checkpoint in one .safetensors file (default:"
              + " $DEMOFUSION_MODEL, else the bundled miniature).")
  @Nullable Path model;

  @Option(
      names = "--model-config",
      paramLabel = "DIR",
      description =
          "Folder in diffusers format whose configurations a model in one file has, in place of"
              + " what its tensors say.")
  @Nullable Path config;

  @Option(
      names = "--vae",
      paramLabel = "DIR|FILE",
      description = "Use this VAE instead, for example the fp16 fix on 24 GB cards.")
  @Nullable Path vae;

  public ModelSource source() {
    return new ModelSource(ModelLocation.resolve(model).toString(), null, text(vae), text(config));
  }

  private static @Nullable String text(@Nullable Path path) {
    return path == null ? null : path.toString();
  }
}
