package demofusion.coordinator.render;

import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.DispatcherProtocol.Completed;
import demofusion.protocol.DispatcherProtocol.Introduce;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between jobs and workers: finds workers through the receptionist, greets them, hands
 * batches to those that have credits, and brings the answers back to whoever submitted the batch.
 * Who gets what is the {@link LeaseLedger}'s decision; this actor only moves messages.
 */
public final class Dispatcher extends AbstractBehavior<DispatcherProtocol.Command> {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int MOST_ATTEMPTS = 4;

  /** What this node says to its dispatcher, beside what workers say to it. */
  public sealed interface Command extends DispatcherProtocol.Command {}

  /** Asks what there is to know of a model; answered as soon as a worker has it. */
  public record FindModel(String modelHash, ActorRef<ModelCard> replyTo) implements Command {}

  /** Hear which models workers have: at once, and whenever that changes. */
  public record WatchModels(ActorRef<Models> subscriber) implements Command {}

  /** The models of the workers that are there, each once. */
  public record Models(List<ModelCard> present) {
    public Models {
      present = List.copyOf(present);
    }
  }

  /** A job begins. */
  public record OpenJob(JobId job, JobTerms terms) implements Command {}

  /** Something that the job's work refers to from now on. */
  public record Provide(JobId job, Asset asset) implements Command {}

  /** Work of an open job. */
  public record Submit(JobId job, List<Task> tasks) implements Command {
    public Submit {
      tasks = List.copyOf(tasks);
    }
  }

  /** The job is over, whatever is left of it; nothing more is answered. */
  public record CloseJob(JobId job) implements Command {}

  /** How it goes, for reports. */
  public record CountRetries(ActorRef<Counts> replyTo) implements Command {}

  /**
   * @param retries batches that were handed out again, of all jobs since the start
   * @param lateAnswers answers that came too late or twice, and were dropped
   */
  public record Counts(long retries, long lateAnswers) {}

  private record WorkersChanged(Receptionist.Listing listing) implements Command {}

  private record WorkerTerminated(WorkerId worker) implements Command {}

  private record WorkCut(Lease lease, @Nullable Work work, @Nullable Throwable failure)
      implements Command {}

  private final Executor compute;
  private final LeaseLedger ledger = new LeaseLedger(MOST_ATTEMPTS);
  private final WorkerRoster roster = new WorkerRoster();
  private final AssetBook assets = new AssetBook();
  private final Map<Long, Task> tasks = new HashMap<>();
  private final Map<ActorRef<ModelCard>, String> waitingForModels = new HashMap<>();
  private final List<ActorRef<Models>> modelWatchers = new ArrayList<>();

  private Dispatcher(ActorContext<DispatcherProtocol.Command> context, Executor compute) {
    super(context);
    this.compute = compute;
    ActorRef<Receptionist.Listing> listings =
        context.messageAdapter(Receptionist.Listing.class, WorkersChanged::new);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.subscribe(TileWorkerProtocol.SERVICE_KEY, listings));
  }

  public static Behavior<DispatcherProtocol.Command> create() {
    return Behaviors.setup(
        context -> new Dispatcher(context, CoordinatorDispatchers.compute(context.getSystem())));
  }

  @Override
  public Receive<DispatcherProtocol.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(WorkersChanged.class, this::onWorkersChanged)
        .onMessage(WorkerTerminated.class, this::onWorkerTerminated)
        .onMessage(Introduce.class, this::onIntroduce)
        .onMessage(FindModel.class, this::onFindModel)
        .onMessage(WatchModels.class, this::onWatchModels)
        .onMessage(OpenJob.class, this::onOpenJob)
        .onMessage(Provide.class, this::onProvide)
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(CloseJob.class, this::onCloseJob)
        .onMessage(WorkCut.class, this::onWorkCut)
        .onMessage(Completed.class, this::onCompleted)
        .onMessage(DispatcherProtocol.Failed.class, this::onFailed)
        .onMessage(CountRetries.class, this::onCountRetries)
        .build();
  }

  private Behavior<DispatcherProtocol.Command> onWorkersChanged(WorkersChanged changed) {
    var present = changed.listing().getServiceInstances(TileWorkerProtocol.SERVICE_KEY);
    roster.missingFrom(present).forEach(this::lose);
    for (ActorRef<TileWorkerProtocol.Command> worker : present) {
      if (roster.add(worker)) {
        getContext().watchWith(worker, new WorkerTerminated(WorkerRoster.id(worker)));
        worker.tell(new TileWorkerProtocol.Greet(getContext().getSelf(), Integer.MAX_VALUE));
      }
    }
    lease();
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onWorkerTerminated(WorkerTerminated terminated) {
    lose(terminated.worker());
    lease();
    return this;
  }

  private void lose(WorkerId worker) {
    if (!roster.contains(worker)) {
      return;
    }
    LOG.info("event=worker-lost worker={}", ledger.name(worker));
    roster.remove(worker);
    tellModels();
    assets.forgetWorker(worker);
    ledger.lost(worker).forEach(this::giveUp);
  }

  private Behavior<DispatcherProtocol.Command> onIntroduce(Introduce introduce) {
    WorkerId id = WorkerRoster.id(introduce.worker());
    if (roster.contains(id)) {
      ModelCard card = introduce.model();
      LOG.info(
          "event=worker-ready worker={} model={} device={} credits={}",
          introduce.name(),
          card.name(),
          card.device(),
          introduce.credits());
      roster.introduce(id, card);
      ledger.introduce(id, introduce.name(), card.hash(), introduce.credits());
      answerWhoWaitsFor(card);
      tellModels();
      lease();
    }
    return this;
  }

  private void answerWhoWaitsFor(ModelCard card) {
    for (Iterator<Map.Entry<ActorRef<ModelCard>, String>> each =
            waitingForModels.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<ActorRef<ModelCard>, String> waiting = each.next();
      if (waiting.getValue().equals(card.hash())) {
        waiting.getKey().tell(card);
        each.remove();
      }
    }
  }

  private Behavior<DispatcherProtocol.Command> onFindModel(FindModel find) {
    Optional<ModelCard> card = roster.card(find.modelHash());
    if (card.isPresent()) {
      find.replyTo().tell(card.get());
    } else {
      waitingForModels.put(find.replyTo(), find.modelHash());
    }
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onWatchModels(WatchModels watch) {
    modelWatchers.add(watch.subscriber());
    watch.subscriber().tell(new Models(roster.models()));
    return this;
  }

  private void tellModels() {
    Models models = new Models(roster.models());
    modelWatchers.forEach(watcher -> watcher.tell(models));
  }

  private Behavior<DispatcherProtocol.Command> onOpenJob(OpenJob open) {
    ledger.open(open.job(), open.terms());
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onProvide(Provide provide) {
    assets.provide(provide.job(), provide.asset());
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onSubmit(Submit submit) {
    if (ledger.isOpen(submit.job())) {
      for (Task task : submit.tasks()) {
        tasks.put(ledger.submit(submit.job(), task.urgency(), task.views()), task);
      }
      lease();
    }
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onCloseJob(CloseJob close) {
    for (long batch : ledger.batches(close.job())) {
      tasks.remove(batch);
    }
    for (Lease lease : ledger.close(close.job())) {
      tell(lease.worker(), new TileWorkerProtocol.Withdraw(lease.id()));
    }
    for (WorkerId worker : assets.forgetJob(close.job())) {
      tell(worker, new TileWorkerProtocol.Forget(close.job()));
    }
    lease();
    return this;
  }

  /** Hands out whatever can be; the work is cut to size elsewhere, since that takes a while. */
  private void lease() {
    for (Optional<Lease> next = ledger.lease(); next.isPresent(); next = ledger.lease()) {
      Lease lease = next.get();
      Task task = tasks.get(lease.id().batch());
      if (task != null) {
        LOG.debug(
            "event=lease job={} lease={} worker={}", lease.id().job(), lease.id(), lease.worker());
        getContext()
            .pipeToSelf(
                CompletableFuture.supplyAsync(task.work(), compute),
                (work, failure) -> new WorkCut(lease, work, failure));
      }
    }
  }

  private Behavior<DispatcherProtocol.Command> onWorkCut(WorkCut cut) {
    LeaseId lease = cut.lease().id();
    WorkerId worker = cut.lease().worker();
    Work work = cut.work();
    if (work == null) {
      LOG.error("event=cut-failed job={} lease={}", lease.job(), lease, cut.failure());
      String sentence = "a unit of work could not be cut out of the latent: " + cut.failure();
      settle(lease, worker, FailureCode.INTERNAL, sentence, 0);
    } else if (ledger.stands(lease)) {
      assets
          .toSend(worker, lease.job(), work)
          .ifPresent(asset -> tell(worker, new TileWorkerProtocol.Remember(lease.job(), asset)));
      tell(worker, new TileWorkerProtocol.Perform(lease, work, getContext().getSelf()));
    } else {
      // Withdrawn before it was sent: nobody else will give the credit back.
      settle(lease, worker, FailureCode.CANCELLED, "withdrawn", 0);
    }
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onCompleted(Completed completed) {
    LeaseId lease = completed.lease();
    if (ledger.completed(lease, WorkerRoster.id(completed.worker()))) {
      Task task = tasks.remove(lease.batch());
      if (task != null) {
        task.replyTo().tell(new Task.Done(task.tag(), completed.result(), completed.deviceNanos()));
      }
    } else {
      LOG.info("event=late-answer job={} lease={}", lease.job(), lease);
    }
    lease();
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onFailed(DispatcherProtocol.Failed failed) {
    WorkerId worker = WorkerRoster.id(failed.worker());
    if (failed.code() == FailureCode.MISSING_ASSET) {
      assets.mistrust(worker, failed.lease().job());
    }
    settle(failed.lease(), worker, failed.code(), failed.sentence(), failed.largestViewBatch());
    return this;
  }

  private void settle(
      LeaseId lease, WorkerId worker, FailureCode code, String sentence, int largestViewBatch) {
    if (code != FailureCode.CANCELLED) {
      LOG.warn(
          "event=batch-failed job={} lease={} worker={} code={} sentence=\"{}\"",
          lease.job(),
          lease,
          ledger.name(worker),
          code,
          sentence);
    }
    ledger.failed(lease, worker, code, sentence, largestViewBatch).ifPresent(this::giveUp);
    lease();
  }

  private void giveUp(GivenUp givenUp) {
    Task task = tasks.remove(givenUp.batch());
    if (task != null) {
      task.replyTo().tell(new Task.Failed(task.tag(), givenUp.code(), givenUp.sentence()));
    }
  }

  private Behavior<DispatcherProtocol.Command> onCountRetries(CountRetries count) {
    count.replyTo().tell(new Counts(ledger.retries(), ledger.lateAnswers()));
    return this;
  }

  private void tell(WorkerId worker, TileWorkerProtocol.Command message) {
    ActorRef<TileWorkerProtocol.Command> ref = roster.ref(worker);
    if (ref != null) {
      ref.tell(message);
    }
  }
}
