package demofusion.protocol.api.request.condition;

import demofusion.protocol.Range;

/**
 * How large a network is, as its file's header says: no weight is read for it.
 *
 * @param parameters weights
 * @param fileBytes that they take in the file, in whatever types they have there
 */
public record NetworkSize(long parameters, long fileBytes) {
  private static final Range COUNT = new Range("a network's weights", 0, 1e15);

  public NetworkSize {
    COUNT.require((double) parameters);
    COUNT.require((double) fileBytes);
  }

  /** Of both together. */
  public NetworkSize plus(NetworkSize other) {
    return new NetworkSize(parameters + other.parameters, fileBytes + other.fileBytes);
  }
}
