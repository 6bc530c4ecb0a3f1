package demofusion.deploy.client;

import java.io.IOException;

/** What was asked for did not happen, for a reason that passes: it is worth asking again. */
final class RetryableFailure extends IOException {
  private final boolean isPutOff;

  private RetryableFailure(String reason, boolean isPutOff) {
    super(reason);
    this.isPutOff = isPutOff;
  }

  RetryableFailure(String reason) {
    this(reason, false);
  }

  RetryableFailure(String reason, IOException cause) {
    super(reason, cause);
    this.isPutOff = false;
  }

  /** The coordinator answered that it is too early. */
  static RetryableFailure putOff(String reason) {
    return new RetryableFailure(reason, true);
  }

  /** What the coordinator does instead. */
  String verb() {
    return isPutOff ? "is not ready" : "does not answer";
  }

  /** In words that fit into parentheses. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
