package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.tensor.TensorSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The parts of a diffusers folder.
 *
 * @param variant of the weight files that is asked for; empty: whichever there is
 */
record FolderParts(Path folder, ModelFiles files, Optional<String> variant) implements ModelParts {
  static FolderParts read(Path folder, ModelSource source) {
    if (source.config() != null) {
      throw DemofusionException.badModel(
          folder
              + " is a folder, which has its own configurations: --model-config is for a single"
              + " file");
    }
    return new FolderParts(folder, ModelFiles.of(folder), Optional.ofNullable(source.variant()));
  }

  /** Refuses what is no model folder, or has not even an index. */
  FolderParts requireIndex() {
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badModel("the model folder " + folder + " does not exist");
    }
    if (!files.has(PipelineIndex.FILE)) {
      throw DemofusionException.badModel(
          folder + " has no " + PipelineIndex.FILE + ", so it is not a diffusers model folder");
    }
    return this;
  }

  @Override
  public String name() {
    return HubCache.nameOf(folder);
  }

  @Override
  public void require(String part) {
    requireFolder(part, folder.resolve(part));
  }

  static void requireFolder(String part, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badModel(
          "the model has no part " + part + ": missing folder " + folder);
    }
  }

  @Override
  public TensorSet tensors(String part, String stem, UnaryOperator<String> spelling) {
    return WeightFiles.find(folder.resolve(part), part, stem, variant).read(part, spelling);
  }
}
