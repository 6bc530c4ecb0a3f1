package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.checkpoint.Checkpoint;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.tensor.TensorSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The parts of a single file. */
record CheckpointParts(Checkpoint checkpoint) implements ModelParts {
  static CheckpointParts read(Path file, ModelSource source) {
    if (source.variant() != null) {
      throw DemofusionException.badModel(
          "%s is a single file, which has no variant \"%s\": give the file of that precision"
              .formatted(file, source.variant()));
    }
    return new CheckpointParts(Checkpoint.read(file, configs(source)));
  }

  private static @Nullable ModelFiles configs(ModelSource source) {
    String config = source.config();
    if (config == null) {
      return null;
    }
    Path folder = HubCache.filesOf(Path.of(config));
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badModel(
          "--model-config " + folder + " is not a folder: give a diffusers folder");
    }
    return ModelFiles.of(folder);
  }

  @Override
  public String name() {
    return HubCache.nameOf(checkpoint.file());
  }

  @Override
  public ModelFiles files() {
    return checkpoint.configs();
  }

  @Override
  public void require(String part) {
    if (part.equals("vae") && !checkpoint.hasVae()) {
      throw DemofusionException.badModel(
          checkpoint.file()
              + " has no whole VAE: pass one with --vae, a folder or a .safetensors file");
    }
  }

  @Override
  public TensorSet tensors(String part, String stem, UnaryOperator<String> spelling) {
    return checkpoint.part(part);
  }
}
