package demofusion.worker.model;

import demofusion.protocol.DemofusionException;
import java.nio.file.Path;

/**
 * Where a worker finds the files that work names beside the model: LoRAs and embeddings, by their
 * contents. Whoever starts the worker knows: a folder on this machine, or what was fetched from the
 * coordinator. Called by several threads at once, and may take as long as a fetch takes.
 */
@FunctionalInterface
public interface AdditionFiles {
  /** A worker that has nothing but its model. */
  AdditionFiles NONE =
      hash -> {
        throw DemofusionException.badModel(
            "this worker has no file with the SHA-256 "
                + hash
                + ": it was started without LoRAs and embeddings");
      };

  /**
   * The file, whole and of these contents.
   *
   * @param hash SHA-256, hexadecimal
   * @throws DemofusionException with a sentence if there is none
   */
  Path locate(String hash);
}
