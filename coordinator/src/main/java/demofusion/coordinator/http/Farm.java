package demofusion.coordinator.http;

import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.job.Order;
import demofusion.coordinator.render.TileMap;
import demofusion.coordinator.render.WorkerView;
import demofusion.coordinator.render.Workers;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The farm's two actors as the API asks them. What they refuse, and what a caller may not see,
 * comes back as a stage that failed with {@link Refused}.
 */
final class Farm {
  private final ActorSystem<?> system;
  private final ActorRef<Jobs.Command> jobs;
  private final ActorRef<DispatcherProtocol.Command> dispatcher;
  private final Duration patience;

  Farm(
      ActorSystem<?> system,
      ActorRef<Jobs.Command> jobs,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      Duration patience) {
    this.system = system;
    this.jobs = jobs;
    this.dispatcher = dispatcher;
    this.patience = patience;
  }

  CompletionStage<Jobs.Reply> submit(Order order, Caller caller, @Nullable String key) {
    return this.<Jobs.Reply>ask(to -> new Jobs.Submit(order, caller.name(), key, to))
        .thenApply(
            reply -> {
              requireDone(reply);
              return reply;
            });
  }

  /** The caller's jobs, the newest first. */
  CompletionStage<List<JobView>> list(Caller caller) {
    return this.<Jobs.Listing>ask(Jobs.ListAll::new)
        .thenApply(listing -> listing.jobs().stream().filter(caller::sees).toList());
  }

  /** A job that is the caller's business. */
  CompletionStage<JobView> find(Caller caller, String id) {
    JobId job = idOf(id);
    return this.<Jobs.Reply>ask(to -> new Jobs.Find(job, to))
        .thenApply(
            reply -> {
              JobView found = reply.job();
              if (found == null && isBreakdown(reply.refusal())) {
                requireDone(reply);
              }
              if (found == null || !caller.sees(found)) {
                throw Refused.noSuchJob(id);
              }
              return found;
            });
  }

  CompletionStage<JobView> cancel(Caller caller, String id) {
    return change(caller, id, Jobs.Cancel::new);
  }

  CompletionStage<JobView> retry(Caller caller, String id) {
    return change(caller, id, Jobs.Retry::new);
  }

  private interface Change {
    Jobs.Command of(JobId job, ActorRef<Jobs.Reply> replyTo);
  }

  private CompletionStage<JobView> change(Caller caller, String id, Change change) {
    return find(caller, id)
        .thenCompose(found -> this.<Jobs.Reply>ask(to -> change.of(new JobId(found.id()), to)))
        .thenApply(Farm::requireDone);
  }

  /** The folder of a job that the caller may see. */
  CompletionStage<Path> locate(JobView job) {
    return this.<Jobs.Location>ask(to -> new Jobs.Locate(new JobId(job.id()), to))
        .thenApply(
            location -> {
              if (location.folder() == null) {
                throw Refused.noSuchJob(job.id());
              }
              return location.folder();
            });
  }

  CompletionStage<TileMap> tiles(JobView job) {
    return ask(to -> new Jobs.ShowTiles(new JobId(job.id()), to));
  }

  CompletionStage<Jobs.Pruned> prune(Jobs.Retention retention, boolean dryRun) {
    return ask(to -> new Jobs.Prune(retention, dryRun, to));
  }

  /** Answers as soon as the keeper does; whether there is such a job does not matter. */
  CompletionStage<Jobs.Reply> knock(Duration within) {
    return AskPattern.ask(
        jobs, to -> new Jobs.Find(new JobId("health"), to), within, system.scheduler());
  }

  CompletionStage<Workers.Listing> workers() {
    return AskPattern.ask(dispatcher, Workers.ListAll::new, patience, system.scheduler());
  }

  CompletionStage<WorkerView> drain(String name, boolean letBack) {
    CompletionStage<Workers.Drained> drained =
        AskPattern.ask(
            dispatcher, to -> new Workers.Drain(name, letBack, to), patience, system.scheduler());
    return drained.thenApply(
        answer -> {
          if (answer.worker() == null) {
            throw Refused.noSuchWorker(name);
          }
          return answer.worker();
        });
  }

  /** Its folder has become larger or smaller. */
  void measure(JobView job) {
    jobs.tell(new Jobs.Measure(new JobId(job.id())));
  }

  /** Tells without waiting for an answer. */
  void tell(Jobs.Command command) {
    jobs.tell(command);
  }

  private <T> CompletionStage<T> ask(Function<ActorRef<T>, Jobs.Command> question) {
    return AskPattern.ask(jobs, question, patience, system.scheduler());
  }

  private static JobId idOf(String id) {
    try {
      return new JobId(id);
    } catch (IllegalArgumentException e) {
      throw Refused.noSuchJob(id);
    }
  }

  private static JobView requireDone(Jobs.Reply reply) {
    DemofusionException refusal = reply.refusal();
    if (refusal != null) {
      throw Refused.by(refusal);
    }
    JobView job = reply.job();
    if (job == null) {
      throw new IllegalStateException("the keeper answered with neither a job nor a refusal");
    }
    return job;
  }

  private static boolean isBreakdown(@Nullable DemofusionException refusal) {
    return refusal != null && refusal.code().band() == FailureCode.Band.INTERNAL;
  }
}
