package demofusion.coordinator.render;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The long stretches of an actor's work, on other threads; each is answered by a message. It knows
 * what is under way, for an actor that ends when nobody is at work for it any more.
 *
 * @param <M> the actor's messages
 */
final class BackgroundWork<M> {
  private final ActorContext<M> context;
  private final Function<DemofusionException, M> broken;
  private final Executor compute;
  private final Executor files;
  private final List<CompletableFuture<?>> underWay = new ArrayList<>();

  /**
   * @param broken the message that a stretch of work failed
   */
  BackgroundWork(ActorContext<M> context, Function<DemofusionException, M> broken) {
    this.context = context;
    this.broken = broken;
    this.compute = CoordinatorThreads.compute(context.getSystem());
    this.files = CoordinatorThreads.files(context.getSystem());
  }

  /** Arithmetic on whole latents. */
  void compute(String whatFailed, Supplier<M> stretch) {
    tell(track(CompletableFuture.supplyAsync(stretch, compute)), whatFailed);
  }

  /** Has something computed that others will wait for; if it fails, it fails for them again. */
  void computeAhead(Runnable stretch) {
    compute.execute(stretch);
  }

  /** What may wait for a disk. */
  void onFiles(String whatFailed, Supplier<M> stretch) {
    tell(track(CompletableFuture.supplyAsync(stretch, files)), whatFailed);
  }

  /**
   * The same for somebody who waits for it beside the actor.
   *
   * @return completed before the actor is told
   */
  CompletableFuture<M> beginOnFiles(String whatFailed, Supplier<M> stretch) {
    CompletableFuture<M> work = track(CompletableFuture.supplyAsync(stretch, files));
    tell(work, whatFailed);
    return work;
  }

  private void tell(CompletableFuture<M> work, String whatFailed) {
    context.pipeToSelf(
        work,
        (message, failure) ->
            failure == null ? message : broken.apply(FailureCauses.known(failure, whatFailed)));
  }

  /** Counts as under way until it is completed. */
  <T> CompletableFuture<T> track(CompletableFuture<T> work) {
    underWay.removeIf(CompletableFuture::isDone);
    underWay.add(work);
    return work;
  }

  /** Tells the actor when nothing of what is under way now is any more. */
  void whenSettled(M settled) {
    context.pipeToSelf(
        CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)),
        (nothing, failure) -> settled);
  }
}
