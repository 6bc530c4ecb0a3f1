package demofusion.worker.model.folder;

import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.tensor.TensorSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Where a model's parts are: a diffusers folder, or a single file that gives the same under the
 * same names.
 */
interface ModelParts {
  /** For people. */
  String name();

  /** The small files. */
  ModelFiles files();

  /** Refuses a model that lacks a part, before anything of the part is read. */
  void require(String part);

  /**
   * All tensors of a part.
   *
   * @param stem of a folder's files: what stands before variant and ending
   * @param spelling from a name in a folder's file to the layout's
   */
  TensorSet tensors(String part, String stem, UnaryOperator<String> spelling);

  /**
   * Opens what a path names; no weights are read.
   *
   * @throws demofusion.protocol.DemofusionException BAD_MODEL in one sentence if that is no model
   */
  static ModelParts of(ModelSource source) {
    Path base = HubCache.filesOf(Path.of(source.base()));
    return Files.isRegularFile(base)
        ? CheckpointParts.read(base, source)
        : FolderParts.read(base, source);
  }
}
