package demofusion.coordinator.job.record;

import java.time.Instant;
import java.util.Objects;

/**
 * Somebody who is told that a job is over, and how far that has come. It lies in the job's folder,
 * so that a coordinator that ends in the middle goes on where it was.
 *
 * @param attempts that failed
 * @param due when it is tried next, while it is pending
 */
public record Notification(Channel channel, Status status, int attempts, Instant due) {
  /** By which way. */
  public enum Channel {
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

  public Notification {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(due, "due");
  }

  public static Notification pending(Channel channel, Instant now) {
    return new Notification(channel, Status.PENDING, 0, now);
  }

  public boolean isPending() {
    return status == Status.PENDING;
  }

  public Notification delivered() {
    return new Notification(channel, Status.TOLD, attempts, due);
  }

  public Notification failed(Instant next) {
    return new Notification(channel, Status.PENDING, attempts + 1, next);
  }

  public Notification givenUp() {
    return new Notification(channel, Status.GIVEN_UP, attempts + 1, due);
  }
}
