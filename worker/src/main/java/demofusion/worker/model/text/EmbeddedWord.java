package demofusion.worker.model.text;

import demofusion.protocol.latent.Tensor;

/**
 * A word of one tower for which vectors stand.
 *
 * @param name that users know it by
 * @param ids of the tokens that the word is written with
 * @param vectors (vectors, width), at most as many as a chunk has places
 */
public record EmbeddedWord(String name, int[] ids, Tensor vectors) {
  /** How many places of a chunk it takes. */
  int length() {
    return vectors.shape()[0];
  }
}
