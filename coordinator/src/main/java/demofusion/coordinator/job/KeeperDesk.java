package demofusion.coordinator.job;

import demofusion.coordinator.render.CoordinatorDispatchers;
import demofusion.coordinator.render.Failures;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a {@link JobKeeper} share: the jobs, the folder, and a way to have something
 * done on a thread that may wait for a disk. Belongs to the keeper's actor; only what is handed to
 * the file threads runs elsewhere.
 */
final class KeeperDesk {
  /** What the keeper does when something that it waited for is there. */
  record Continue(Runnable then) implements Jobs.Command {}

  /** Takes what was done, or why it could not be: one of the two is null. */
  @FunctionalInterface
  interface Sequel<T> {
    void accept(@Nullable T result, @Nullable DemofusionException failure);
  }

  private final ActorContext<Jobs.Command> context;
  private final DataFolder data;
  private final JobSettings settings;
  private final Surroundings around;
  private final Backlog backlog = new Backlog();
  private final KnownModels models = new KnownModels();
  private final Watchers watchers;
  private final Executor files;
  private final Map<JobId, CompletableFuture<?>> turns = new HashMap<>();
  private int underWay;
  private boolean isStopping;

  KeeperDesk(
      ActorContext<Jobs.Command> context,
      DataFolder data,
      JobSettings settings,
      Surroundings around,
      Watchers watchers) {
    this.context = context;
    this.data = data;
    this.settings = settings;
    this.around = around;
    this.watchers = watchers;
    this.files = CoordinatorDispatchers.files(context.getSystem());
  }

  DataFolder data() {
    return data;
  }

  FolderReader reader() {
    return new FolderReader(data);
  }

  JobSettings settings() {
    return settings;
  }

  Surroundings around() {
    return around;
  }

  Backlog backlog() {
    return backlog;
  }

  KnownModels models() {
    return models;
  }

  Watchers watchers() {
    return watchers;
  }

  Instant now() {
    return around.clock().instant();
  }

  /** Nothing is begun any more. */
  void stop() {
    isStopping = true;
  }

  boolean isStopping() {
    return isStopping;
  }

  /** Whether no file thread is at work for the keeper. */
  boolean isIdle() {
    return underWay == 0;
  }

  /** A job's state is another: it counts as such from now on, and whoever watches hears it. */
  void changed(Job job) {
    backlog.note(job);
    watchers.state(job);
  }

  /**
   * Has something done on a file thread.
   *
   * @param what could not be done if it fails in a way that nobody foresaw
   */
  <T> void onFiles(String what, Supplier<T> work, Sequel<T> then) {
    pipe(what, CompletableFuture.supplyAsync(work, files), then);
  }

  /** The same, one thing at a time for each job, in the order in which they were asked for. */
  <T> void inTurn(JobId job, String what, Supplier<T> work, Sequel<T> then) {
    CompletableFuture<?> before = turns.getOrDefault(job, CompletableFuture.completedFuture(null));
    CompletableFuture<T> turn =
        before.handle((done, failure) -> done).thenApplyAsync(done -> work.get(), files);
    turns.put(job, turn);
    pipe(
        what,
        turn,
        (result, failure) -> {
          turns.remove(job, turn);
          then.accept(result, failure);
        });
  }

  private <T> void pipe(String what, CompletableFuture<T> work, Sequel<T> then) {
    underWay++;
    context.pipeToSelf(
        work,
        (result, failure) ->
            new Continue(
                () -> {
                  underWay--;
                  then.accept(result, failure == null ? null : Failures.known(failure, what));
                }));
  }

  static void refuse(ActorRef<Jobs.Reply> replyTo, DemofusionException refusal) {
    replyTo.tell(new Jobs.Reply(null, false, refusal));
  }

  static void answer(ActorRef<Jobs.Reply> replyTo, Job job, boolean isNew) {
    replyTo.tell(new Jobs.Reply(job.view(), isNew, null));
  }

  static DemofusionException unknown(JobId job) {
    return new DemofusionException(FailureCode.NOT_FOUND, "there is no job " + job);
  }

  static DemofusionException conflict(String sentence) {
    return new DemofusionException(FailureCode.CONFLICT, sentence);
  }

  static DemofusionException stopping() {
    return new DemofusionException(
        FailureCode.TOO_MUCH, "this coordinator is stopping; ask again when it is back");
  }
}
