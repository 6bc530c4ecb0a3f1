package demofusion.deploy.client;

import demofusion.deploy.terminal.Durations;
import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks again while a coordinator does not answer or has no workers yet, since one that died is
 * started again. Says so once, and once when it goes on; after so long it is given up.
 */
final class RetryPolicy {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final CoordinatorAddress address;
  private final Duration longest;
  private final Pause pause;
  private final Consumer<String> say;
  private @Nullable Outage outage;

  /**
   * @param say where sentences about waiting go
   */
  RetryPolicy(CoordinatorAddress address, Duration longest, Pause pause, Consumer<String> say) {
    this.address = address;
    this.longest = longest;
    this.pause = pause;
    this.say = say;
  }

  /** Something asked of the coordinator. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws RetryableFailure, RequestRefused;
  }

  /** One time without answers. */
  private static final class Outage {
    private final long began;
    private int pauses;
    private boolean isSaid;

    private Outage(long began) {
      this.began = began;
    }
  }

  /**
   * The answer, however often it takes.
   *
   * @throws DemofusionException UNAVAILABLE when patience is at its end
   */
  <T> T insist(Question<T> question) throws RequestRefused {
    for (; ; ) {
      try {
        T answer = question.ask();
        answered();
        return answer;
      } catch (RetryableFailure e) {
        endure(e);
      }
    }
  }

  /** It is there. */
  void answered() {
    Outage over = outage;
    outage = null;
    if (over != null && over.isSaid) {
      say.accept("the coordinator is ready");
    }
  }

  /** Waits a moment before it is asked again. */
  void endure(RetryableFailure failure) {
    Outage now = outage;
    if (now == null) {
      now = new Outage(pause.nanoTime());
      outage = now;
    } else if (!now.isSaid) { // once is nothing: an old connection was closed
      now.isSaid = true;
      say.accept(
          "the coordinator at %s %s (%s); waiting up to %s"
              .formatted(address, failure.verb(), failure.reason(), Durations.span(longest)));
    }
    Duration left = longest.minusNanos(pause.nanoTime() - now.began);
    if (left.isNegative() || left.isZero()) {
      throw givenUp(failure);
    }
    Duration next = BACKOFF.after(now.pauses++);
    sleep(next.compareTo(left) < 0 ? next : left);
  }

  private DemofusionException givenUp(RetryableFailure failure) {
    return new DemofusionException(
        FailureCode.UNAVAILABLE,
        ("the coordinator at %s %s (%s): check that it is running, or choose another "
                + "with --coordinator")
            .formatted(address, failure.verb(), failure.reason()),
        failure);
  }

  private void sleep(Duration time) {
    try {
      pause.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemofusionException(FailureCode.CANCELLED, "interrupted while waiting", e);
    }
  }
}
