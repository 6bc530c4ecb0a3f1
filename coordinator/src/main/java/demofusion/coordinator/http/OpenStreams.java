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
 * Bodies that are being sent. Pekko HTTP's own termination waits for responses to begin, but cuts
 * off those that are under way; a server that stops waits for these first.
 */
final class OpenStreams {
  private final Map<Long, CompletableFuture<Done>> open = new ConcurrentHashMap<>();
  private final AtomicLong opened = new AtomicLong();

  /** The same source; while it runs, it is one of these. */
  <T, M> Source<T, M> counted(Source<T, M> source) {
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

  /** When those that are open now have ended, or after that time. */
  CompletionStage<Done> ended(Duration patience) {
    return CompletableFuture.allOf(open.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> Done.done())
        .completeOnTimeout(Done.done(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
