package demofusion.protocol.model;

/**
 * An embedding that a picture's prompts may name (textual inversion).
 *
 * @param word that stands for it in prompts: the file's name without its ending
 * @param hash SHA-256 of the file, hexadecimal; empty while the file was not looked up
 */
public record EmbeddingUse(String word, String hash) {
  public EmbeddingUse {
    FileHashes.requireName("an embedding", word, LoraUse.LONGEST_NAME);
    FileHashes.requireHash("embedding " + word, hash);
  }

  public boolean isResolved() {
    return !hash.isEmpty();
  }
}
