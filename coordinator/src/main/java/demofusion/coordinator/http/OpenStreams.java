package demofusion.coordinator.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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

  /** The same source; while it runs, it is one of these. */
  public <T, M> Source<T, M> counted(Source<T, M> source) {
    return source.watchTermination(
        (value, ended) -> {
          CompletableFuture<Done> end = new CompletableFuture<>();
          long number = opened.incrementAndGet();
          open.put(number, end);
          ended.whenComplete(
              (done, failure) -> {
                open.remove(number);
                end.complete(Done.done());
              });
          return value;
        });
  }

  /** When those that are open now have ended and been sent, or after that time. */
  public CompletionStage<Done> ended(Duration patience) {
    CompletableFuture<?>[] all = open.values().toArray(CompletableFuture<?>[]::new);
    if (all.length == 0) {
      return CompletableFuture.completedFuture(Done.done());
    }
    Executor settled =
        CompletableFuture.delayedExecutor(SETTLING.toMillis(), TimeUnit.MILLISECONDS);
    return CompletableFuture.allOf(all)
        .thenApplyAsync(ended -> Done.done(), settled)
        .completeOnTimeout(Done.done(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
