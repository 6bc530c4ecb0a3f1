package demofusion.coordinator.job;

import java.time.Instant;
import java.util.Objects;

/**
 * Somebody who is told that a job is over, and how far that has come. It lies in the job's folder,
 * so that a coordinator that ends in the middle goes on where it was.
 *
 * @param attempts that failed
 * @param due when it is tried next, while it is pending
 */
record Notice(Channel channel, Status status, int attempts, Instant due) {
  /** By which way. */
  enum Channel {
    /** The job's own address. */
    WEBHOOK,
    /** The operator's command. */
    COMMAND
  }

  /** How far it has come. */
  enum Status {
    PENDING,
    TOLD,
    GIVEN_UP
  }

  Notice {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(due, "due");
  }

  static Notice pending(Channel channel, Instant now) {
    return new Notice(channel, Status.PENDING, 0, now);
  }

  boolean isPending() {
    return status == Status.PENDING;
  }

  Notice told() {
    return new Notice(channel, Status.TOLD, attempts, due);
  }

  Notice triedInVain(Instant next) {
    return new Notice(channel, Status.PENDING, attempts + 1, next);
  }

  Notice givenUp() {
    return new Notice(channel, Status.GIVEN_UP, attempts + 1, due);
  }
}
