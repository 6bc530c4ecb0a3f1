package demofusion.coordinator.http;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.http.auth.Caller;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.results.ResultFiles;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.model.ModelCard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The farm's two actors, and the files of its jobs, as the API asks them. What they refuse, and
 * what a caller may not see, comes back as a stage that failed with {@link ApiException}.
 */
public final class FarmGateway {
  /** Whoever waits for a model asks again after this time. */
  private static final Executor AGAIN = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final ActorSystem<?> system;
  private final ActorRef<Jobs.Command> jobs;
  private final ActorRef<DispatcherCommand> dispatcher;
  private final HttpLimits limits;
  private final ResultFiles results;
  private final Executor files;
  private final Duration patience;

  /**
   * @param results where files of jobs are
   */
  public FarmGateway(
      ActorSystem<?> system,
      ActorRef<Jobs.Command> jobs,
      ActorRef<DispatcherCommand> dispatcher,
      HttpLimits limits,
      ResultFiles results) {
    this.system = system;
    this.jobs = jobs;
    this.dispatcher = dispatcher;
    this.limits = limits;
    this.results = results;
    this.files = CoordinatorThreads.files(system);
    this.patience = limits.answer();
    results.watchedBy(job -> jobs.tell(new Jobs.Measure(job)));
  }

  /**
   * A new job; waits a while where a worker is still loading the first model.
   *
   * @param trace that the request is part of, if any
   */
  public CompletionStage<Jobs.Reply> submit(
      JobRequest request, Caller caller, @Nullable String key, @Nullable TraceParent trace) {
    long until = System.nanoTime() + limits.toAwaitModel().toNanos();
    return submit(to -> new Jobs.Submit(request, caller.name(), key, trace, to), until)
        .thenApply(
            reply -> {
              requireDone(reply);
              return reply;
            });
  }

  private CompletionStage<Jobs.Reply> submit(
      Function<ActorRef<Jobs.Reply>, Jobs.Command> question, long until) {
    return ask(question)
        .thenCompose(
            reply ->
                reply.isEarly() && System.nanoTime() < until
                    ? CompletableFuture.supplyAsync(() -> submit(question, until), AGAIN)
                        .thenCompose(later -> later)
                    : CompletableFuture.completedFuture(reply));
  }

  /** The caller's jobs, the newest first. */
  public CompletionStage<List<JobView>> list(Caller caller) {
    return this.<JobList>ask(Jobs.ListAll::new)
        .thenApply(listing -> listing.jobs().stream().filter(caller::sees).toList());
  }

  /** A job that is the caller's business. */
  public CompletionStage<JobView> find(Caller caller, JobId job) {
    return this.<Jobs.Reply>ask(to -> new Jobs.Find(job, to))
        .thenApply(
            reply -> {
              JobView found = reply.job();
              if (found == null && isBreakdown(reply.refusal())) {
                requireDone(reply);
              }
              if (found == null || !caller.sees(found)) {
                throw ApiException.noSuchJob(job.value());
              }
              return found;
            });
  }

  public CompletionStage<JobView> cancel(Caller caller, JobId job) {
    return change(caller, job, Jobs.Cancel::new);
  }

  public CompletionStage<JobView> retry(Caller caller, JobId job) {
    return change(caller, job, Jobs.Retry::new);
  }

  private interface Change {
    Jobs.Command of(JobId job, ActorRef<Jobs.Reply> replyTo);
  }

  private CompletionStage<JobView> change(Caller caller, JobId job, Change change) {
    return find(caller, job)
        .thenCompose(found -> this.<Jobs.Reply>ask(to -> change.of(found.id(), to)))
        .thenApply(FarmGateway::requireDone);
  }

  /** The folder of a job that the caller may see. */
  public CompletionStage<Path> locate(JobView job) {
    return this.<Jobs.Location>ask(to -> new Jobs.Locate(job.id(), to))
        .thenApply(
            location -> {
              if (location.folder() == null) {
                throw ApiException.noSuchJob(job.id().value());
              }
              return location.folder();
            });
  }

  /**
   * A file of a job that the caller may see, by its name: fetched if an object store alone has it,
   * which takes as long as it takes. It need not be anywhere.
   */
  public CompletionStage<Path> file(JobView job, String name) {
    return locate(job)
        .thenComposeAsync(folder -> results.find(job.id(), folder, name), files)
        .handle(
            (file, failure) -> {
              if (failure != null) {
                throw unfound(failure);
              }
              return file;
            });
  }

  /** What no repetition changes is the store's answer, passed on. */
  private static RuntimeException unfound(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof DemofusionException refused && refused.code() == FailureCode.STORAGE
        ? ApiException.lost(refused)
        : new CompletionException(cause);
  }

  public CompletionStage<TileMap> tiles(JobView job) {
    return ask(to -> new Jobs.ShowTiles(job.id(), to));
  }

  public CompletionStage<Pruned> prune(Retention retention, boolean dryRun) {
    return ask(to -> new Jobs.Prune(retention, dryRun, to));
  }

  /** Removes the copies here of what an object store has, if they were not used for so long. */
  public CompletionStage<Pruned> pruneCopies(Duration age, boolean dryRun) {
    return results.pruneCopies(age, dryRun);
  }

  /** Answers as soon as the keeper of the jobs does. */
  public CompletionStage<Done> ping(Duration within) {
    return AskPattern.ask(jobs, Jobs.Ping::new, within, system.scheduler());
  }

  public CompletionStage<WorkerList> workers() {
    return AskPattern.ask(
        dispatcher, DispatcherCommand.ListWorkers::new, patience, system.scheduler());
  }

  public CompletionStage<WorkerView> drain(String name, boolean readmit) {
    CompletionStage<DispatcherCommand.Drained> drained =
        AskPattern.ask(
            dispatcher,
            to -> new DispatcherCommand.Drain(name, readmit, to),
            patience,
            system.scheduler());
    return drained.thenApply(
        answer -> {
          if (answer.worker() == null) {
            throw ApiException.noSuchWorker(name);
          }
          return answer.worker();
        });
  }

  /**
   * Gives somebody a worker's device back.
   *
   * @param end when the farm has it again, {@code WorkerPauses.OPEN} if nobody knows; null: now
   */
  public CompletionStage<Done> pause(String name, @Nullable Instant end) {
    CompletionStage<DispatcherCommand.Paused> paused =
        AskPattern.ask(
            dispatcher,
            to -> new DispatcherCommand.Pause(name, end, to),
            patience,
            system.scheduler());
    return paused.thenApply(
        answer -> {
          if (!answer.isKnown()) {
            throw ApiException.noSuchWorker(name);
          }
          return Done.getInstance();
        });
  }

  /** The model that a request would be drawn with. */
  public CompletionStage<ModelCard> modelFor(JobRequest request) {
    return this.<Jobs.ModelReply>ask(to -> new Jobs.ChooseModel(request, to))
        .thenApply(
            reply -> {
              if (reply.card() == null) {
                throw ApiException.by(Objects.requireNonNull(reply.refusal()));
              }
              return reply.card();
            });
  }

  /** What is recommended for the models that workers have or had. */
  public CompletionStage<ModelSettingsList> modelSettings() {
    return ask(Jobs.ShowModelSettings::new);
  }

  /** Recommends something else for a model, which its name or the beginning of its hash says. */
  public CompletionStage<ModelSettingsView> changeModelSettings(
      String model, Map<String, @Nullable Object> changes) {
    return this.<Jobs.ModelSettingsReply>ask(to -> new Jobs.ChangeModelSettings(model, changes, to))
        .thenApply(
            reply -> {
              if (reply.settings() == null) {
                throw ApiException.by(Objects.requireNonNull(reply.refusal()));
              }
              return reply.settings();
            });
  }

  /** Its folder has become larger or smaller. */
  public void measure(JobView job) {
    jobs.tell(new Jobs.Measure(job.id()));
  }

  /** Tells without waiting for an answer. */
  public void tell(Jobs.Command command) {
    jobs.tell(command);
  }

  private <T> CompletionStage<T> ask(Function<ActorRef<T>, Jobs.Command> question) {
    return AskPattern.ask(jobs, question, patience, system.scheduler());
  }

  private static JobView requireDone(Jobs.Reply reply) {
    DemofusionException refusal = reply.refusal();
    if (refusal != null) {
      throw ApiException.by(refusal);
    }
    JobView job = reply.job();
    if (job == null) {
      throw new IllegalStateException("the job keeper answered with neither a job nor a refusal");
    }
    return job;
  }

  private static boolean isBreakdown(@Nullable DemofusionException refusal) {
    return refusal != null && refusal.code().band() == FailureCode.Band.INTERNAL;
  }
}
