package demofusion.coordinator.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Response bodies that are being sent. Pekko HTTP's own termination waits for responses to begin,
 * but cuts off those that are under way; a server that stops waits for these first.
 */
public final class OpenStreams {
  /** From the last byte taken out of a body until it has gone through the server's own buffers. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Map<Long, CompletableFuture<Done>> open = new ConcurrentHashMap<>();
  private final AtomicLong opened = new AtomicLong();

  /** When the last body was put together, begun or taken out whole, in nanoseconds. */
  private volatile long lastChange = System.nanoTime() - SETTLING.toNanos();

  /** The same source; while it runs, it is one of these. */
  public <T, M> Source<T, M> counted(Source<T, M> source) {
    changed();
    return source.watchTermination(
        (value, ended) -> {
          CompletableFuture<Done> end = new CompletableFuture<>();
          long number = opened.incrementAndGet();
          open.put(number, end);
          changed();
          ended.whenComplete(
              (done, failure) -> {
                changed();
                open.remove(number);
                end.complete(Done.done());
              });
          return value;
        });
  }

  private void changed() {
    lastChange = System.nanoTime();
  }

  /**
   * When those that are open now have ended and been sent, or after that time. One that ended just
   * now may still be in the server's buffers, and one of which only the head was sent is not open
   * yet: both have their second.
   */
  public CompletionStage<Done> ended(Duration patience) {
    long settling = lastChange + SETTLING.toNanos() - System.nanoTime();
    CompletableFuture<Done> whole =
        settling <= 0 ? allEnded() : after(settling).thenCompose(settled -> allEnded());
    return whole.completeOnTimeout(Done.done(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<Done> allEnded() {
    CompletableFuture<?>[] all = open.values().toArray(CompletableFuture<?>[]::new);
    return all.length == 0
        ? CompletableFuture.completedFuture(Done.done())
        : CompletableFuture.allOf(all).thenCompose(ended -> after(SETTLING.toNanos()));
  }

  private static CompletableFuture<Done> after(long nanos) {
    return CompletableFuture.supplyAsync(
        Done::done, CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS));
  }
}
