package demofusion.coordinator.render;

import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.OpenWork;
import demofusion.coordinator.dispatch.Task;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.protocol.JobId;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/** What one job asks of the dispatcher. */
final class JobDispatch {
  private final RenderJob job;
  private final ActorRef<DispatcherCommand> dispatcher;
  private final ActorRef<Task.Outcome> outcomes;
  private boolean isClosed;

  /**
   * @param outcomes receives what becomes of each task
   */
  JobDispatch(
      RenderJob job, ActorRef<DispatcherCommand> dispatcher, ActorRef<Task.Outcome> outcomes) {
    this.job = job;
    this.dispatcher = dispatcher;
    this.outcomes = outcomes;
  }

  ActorRef<DispatcherCommand> dispatcher() {
    return dispatcher;
  }

  private JobId id() {
    return job.id();
  }

  void findModel(ActorRef<ModelCard> found) {
    dispatcher.tell(new DispatcherCommand.FindModel(job.model(), found));
  }

  /**
   * @param whenDistrusted is told of workers that turn out to be wrong
   */
  void open(ActorRef<DispatcherCommand.Distrusted> whenDistrusted) {
    isClosed = false;
    JobTerms terms = new JobTerms(job.model(), job.request().priority());
    dispatcher.tell(
        new DispatcherCommand.OpenJob(
            id(), terms, new DispatcherCommand.Audited(job.folder().mark(), whenDistrusted)));
  }

  void provide(Asset asset) {
    dispatcher.tell(new DispatcherCommand.Provide(id(), asset));
  }

  void letGo(AssetId asset) {
    dispatcher.tell(new DispatcherCommand.LetGo(id(), asset));
  }

  /**
   * @param unit its name in the plan
   */
  Task task(long tag, String unit, BatchTerms terms, Supplier<Work> work) {
    return new Task(tag, unit, terms, work, outcomes);
  }

  Task task(long tag, String unit, BatchKind kind, BatchTerms terms, Supplier<Work> work) {
    return new Task(tag, unit, kind, terms, work, outcomes);
  }

  void submit(List<Task> tasks) {
    dispatcher.tell(new DispatcherCommand.Submit(id(), tasks));
  }

  void showTiles(OpenWork open, ActorRef<TileMap> replyTo) {
    dispatcher.tell(new DispatcherCommand.ShowTiles(id(), open, replyTo));
  }

  /** Nothing but previews is left to wait for. */
  void hurry() {
    dispatcher.tell(new DispatcherCommand.Hurry(id()));
  }

  /**
   * Takes everything back.
   *
   * @param closed told when no answer comes any more; then it can be opened once more
   */
  void withdraw(ActorRef<JobId> closed) {
    isClosed = true;
    dispatcher.tell(new DispatcherCommand.CloseJob(id(), closed));
  }

  void close() {
    if (!isClosed) {
      isClosed = true;
      dispatcher.tell(new DispatcherCommand.CloseJob(id()));
    }
  }
}
