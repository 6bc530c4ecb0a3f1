package demofusion.coordinator.results;

import org.jspecify.annotations.Nullable;

/**
 * A store did not do what was asked of it, as the end of a sentence. It refuses what no repetition
 * changes (no such bucket, no permission); everything else may pass.
 */
final class ObjectStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean isRefusal;

  ObjectStoreException(String reason, boolean isRefusal, @Nullable Throwable cause) {
    super(reason, cause);
    this.isRefusal = isRefusal;
  }

  ObjectStoreException(String reason) {
    super(reason);
    this.isRefusal = false;
  }

  /** What no repetition changes. */
  static ObjectStoreException refusal(String reason) {
    return new ObjectStoreException(reason, true, null);
  }

  boolean isRefusal() {
    return isRefusal;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
