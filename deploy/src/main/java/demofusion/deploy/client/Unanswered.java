package demofusion.deploy.client;

import java.io.IOException;

/** The coordinator did not answer, for a reason that passes: it is worth asking again. */
final class Unanswered extends IOException {
  Unanswered(String reason) {
    super(reason);
  }

  Unanswered(String reason, IOException cause) {
    super(reason, cause);
  }

  /** In words that fit into parentheses. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
