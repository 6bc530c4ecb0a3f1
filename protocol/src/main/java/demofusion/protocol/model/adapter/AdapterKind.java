package demofusion.protocol.model.adapter;

/** What an IP-Adapter makes its tokens of, and how (conditioning section 4.2). */
public enum AdapterKind {
  /** One matrix on the picture's embedding. */
  PLAIN,
  /** Two layers on every token of the encoder's last layer but one. */
  FULL,
  /** A resampler on the same tokens. */
  PLUS;

  /** Whether it reads the encoder's embedding; else its last layer but one. */
  public boolean readsEmbedding() {
    return this == PLAIN;
  }
}
