package demofusion.coordinator.link;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.KillSwitch;
import org.apache.pekko.stream.QueueOfferResult;

/** An open connection, for whoever sends through it. May be used by any thread. */
public final class LinkSocket {
  private final BoundedSourceQueue<Object> small;
  private final BoundedSourceQueue<Object> large;
  private final KillSwitch end;
  private final CompletableFuture<Done> ended = new CompletableFuture<>();

  LinkSocket(BoundedSourceQueue<Object> small, BoundedSourceQueue<Object> large, KillSwitch end) {
    this.small = small;
    this.large = large;
    this.end = end;
  }

  LinkSocket endingWith(CompletionStage<Done> incoming) {
    incoming.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            ended.complete(done);
          } else {
            ended.completeExceptionally(failure);
          }
        });
    return this;
  }

  /**
   * Sends a message, as soon as there is room for it on the line.
   *
   * @return whether it waits to be sent; false: too many do, or the connection has ended
   */
  public boolean offer(Object message) {
    BoundedSourceQueue<Object> lane = LinkFlow.isSmall(message) ? small : large;
    return lane.offer(message) == QueueOfferResult.enqueued();
  }

  /** Ends the connection when all that waits is sent; more than once does no harm. */
  public void finish() {
    complete(small);
    complete(large);
  }

  private static void complete(BoundedSourceQueue<Object> lane) {
    if (!lane.isCompleted()) {
      lane.complete();
    }
  }

  /** Ends the connection at once. */
  public void close() {
    end.shutdown();
  }

  /** When it has ended; fails with the reason, where there is one. */
  public CompletionStage<Done> ended() {
    return ended.minimalCompletionStage();
  }
}
