package demofusion.deploy.client;

import java.io.IOException;

/** What was asked for did not happen, for a reason that passes: it is worth asking again. */
final class Unanswered extends IOException {
  private final boolean isPutOff;

  private Unanswered(String reason, boolean isPutOff) {
    super(reason);
    this.isPutOff = isPutOff;
  }

  Unanswered(String reason) {
    this(reason, false);
  }

  Unanswered(String reason, IOException cause) {
    super(reason, cause);
    this.isPutOff = false;
  }

  /** The coordinator answered that it is too early. */
  static Unanswered putOff(String reason) {
    return new Unanswered(reason, true);
  }

  /** What the coordinator does instead. */
  String verb() {
    return isPutOff ? "is not ready for this" : "does not answer";
  }

  /** In words that fit into parentheses. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
