package demofusion.worker.model.text;

import demofusion.protocol.latent.Tensor;

/**
 * A word of one tower for which vectors stand.
 *
 * @param ids of the tokens that the word is written with
 * @param vectors (vectors, width), at most as many as a chunk has places
 */
public record EmbeddedWord(TextEmbedding embedding, int[] ids, Tensor vectors) {
  /** That users know it by. */
  public String name() {
    return embedding.name();
  }

  /** How many places of a chunk it takes. */
  int length() {
    return vectors.shape()[0];
  }
}
