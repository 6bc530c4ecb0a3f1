package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.JobId;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the {@link Dispatcher} says to workers: work, before it the assets that the work needs, and
 * what they need not do any more.
 */
final class WorkerOutbox {
  /** Large pictures go in so small parts that other messages need not wait for all of one. */
  private static final int PARTS_OF_LARGEST = 8;

  private final WorkerRoster roster;
  private final ActorRef<DispatcherProtocol.Command> dispatcher;
  private final ActorRef<DispatcherProtocol.Command> members;
  private final int largestMessage;
  private final AssetBook assets = new AssetBook();

  /**
   * @param dispatcher to whom workers answer
   * @param members to whom they say that they are there
   * @param largestMessage bytes that one message to it may have
   */
  WorkerOutbox(
      WorkerRoster roster,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      ActorRef<DispatcherProtocol.Command> members,
      int largestMessage) {
    this.roster = roster;
    this.dispatcher = dispatcher;
    this.members = members;
    this.largestMessage = largestMessage;
  }

  void greet(WorkerRoster.Entry worker) {
    worker.ref().tell(new Greet(dispatcher, members, largestMessage, worker.session()));
  }

  /** Something that the job's work refers to from now on; sent when it is needed. */
  void provide(JobId job, Asset asset) {
    assets.provide(job, asset);
  }

  /**
   * Sends work, unless its worker is lost meanwhile, and so the lease is.
   *
   * @return why it cannot be sent, in one sentence; empty if it was
   */
  Optional<String> perform(Lease lease, Work work) {
    Introduce worker = roster.introduction(lease.worker());
    if (worker == null) {
      return Optional.empty();
    }
    JobId job = lease.id().job();
    List<Asset> missing = assets.missing(lease.worker(), job, work);
    int most = worker.largestMessage() / PARTS_OF_LARGEST;
    List<Asset> parts = missing.stream().flatMap(asset -> asset.parts(most).stream()).toList();
    Optional<String> refusal =
        MessageSizes.refusal(work, parts, worker.name(), worker.largestMessage());
    if (refusal.isEmpty()) {
      parts.forEach(part -> worker.worker().tell(new Remember(job, part)));
      missing.forEach(asset -> assets.sent(lease.worker(), job, asset));
      worker.worker().tell(new Perform(lease.id(), work, dispatcher));
    }
    return refusal;
  }

  void withdraw(Lease lease) {
    tell(lease.worker(), new Withdraw(lease.id()));
  }

  /** None of the job's work refers to it any more. */
  void letGo(JobId job, AssetId asset) {
    assets.letGo(job, asset).forEach(worker -> tell(worker, new LetGo(job, asset)));
  }

  /** The job is over. */
  void forgetJob(JobId job) {
    assets.forgetJob(job).forEach(worker -> tell(worker, new Forget(job)));
  }

  void forgetWorker(WorkerId worker) {
    assets.forgetWorker(worker);
  }

  /** A worker says that it does not have what it was sent. */
  void mistrust(WorkerId worker, JobId job) {
    assets.mistrust(worker, job);
  }

  /** Something of the job was lost on its way to some worker. */
  void mistrust(JobId job) {
    assets.mistrust(job);
  }

  private void tell(WorkerId worker, TileWorkerProtocol.Command message) {
    ActorRef<TileWorkerProtocol.Command> ref = roster.ref(worker);
    if (ref != null) {
      ref.tell(message);
    }
  }
}
