package demofusion.coordinator.job.record;

import demofusion.coordinator.render.FailureCauses;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What an actor has done on threads that may wait for a disk, each answered by a message. All but
 * the work itself belongs to the actor's thread.
 *
 * @param <M> the messages
 */
public final class FolderTasks<M> {
  /**
   * Makes the message, of what was done or of why it could not be.
   *
   * @param <T> what was done
   */
  @FunctionalInterface
  public interface Answer<T, M> {
    /** One of the two is null. */
    M of(@Nullable T result, @Nullable DemofusionException failure);
  }

  /** The same for all who have something done. */
  private static final class Threads {
    final Executor files;
    final Map<JobId, CompletableFuture<?>> turns = new HashMap<>();
    int underWay;

    Threads(Executor files) {
      this.files = files;
    }
  }

  private final Threads threads;
  private final ActorRef<M> listener;

  private FolderTasks(Threads threads, ActorRef<M> listener) {
    this.threads = threads;
    this.listener = listener;
  }

  public FolderTasks(Executor files, ActorRef<M> listener) {
    this(new Threads(files), listener);
  }

  /** The same threads and turns, answered by other messages. */
  public <N> FolderTasks<N> answering(ActorRef<N> other) {
    return new FolderTasks<>(threads, other);
  }

  /** To be told for every message that has arrived. */
  public void answered() {
    threads.underWay--;
  }

  /** Whether no message is to come. */
  public boolean isIdle() {
    return threads.underWay == 0;
  }

  /**
   * Has something done.
   *
   * @param what could not be done if it fails in a way that nobody foresaw
   */
  public <T> void run(String what, Supplier<T> work, Answer<T, M> answer) {
    pipe(what, CompletableFuture.supplyAsync(work, threads.files), answer);
  }

  /** The same, one thing at a time for each job, in the order in which they were asked for. */
  public <T> void inTurn(JobId job, String what, Supplier<T> work, Answer<T, M> answer) {
    threads.turns.values().removeIf(CompletableFuture::isDone);
    CompletableFuture<?> before =
        threads.turns.getOrDefault(job, CompletableFuture.completedFuture(null));
    CompletableFuture<T> turn =
        before.handle((done, failure) -> done).thenApplyAsync(done -> work.get(), threads.files);
    threads.turns.put(job, turn);
    pipe(what, turn, answer);
  }

  private <T> void pipe(String what, CompletableFuture<T> work, Answer<T, M> answer) {
    threads.underWay++;
    var unused =
        work.whenComplete(
            (result, failure) ->
                listener.tell(
                    answer.of(
                        result, failure == null ? null : FailureCauses.known(failure, what))));
  }
}
