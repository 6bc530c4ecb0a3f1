package demofusion.coordinator.http;

import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobView;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;

/**
 * What happens to a job, as a stream that ends with the job, or with the server. Each subscriber
 * has a buffer of its own; one who reads too slowly loses the oldest events, which is no harm,
 * since every event says all about the job as it is then.
 */
public final class JobEvents {
  private static final int BUFFERED = 64;

  private final FarmGateway farm;
  private final Materializer materializer;
  private final SharedKillSwitch end = KillSwitches.shared("events");

  public JobEvents(FarmGateway farm, Materializer materializer) {
    this.farm = farm;
    this.materializer = materializer;
  }

  /** The first event is the job's state now, the last that it is over. */
  public Source<JobEvent, NotUsed> of(JobView job) {
    Source<JobEvent, ActorRef<JobEvent>> events =
        ActorSource.actorRef(
            event -> false, event -> Optional.empty(), BUFFERED, OverflowStrategy.dropHead());
    return events
        .watchTermination(
            (subscriber, done) -> {
              farm.tell(new Jobs.Watch(job.id(), subscriber));
              done.whenComplete(
                  (ended, failure) -> farm.tell(new Jobs.Unwatch(job.id(), subscriber)));
              return NotUsed.getInstance();
            })
        .takeWhile(event -> !isLast(event), true)
        .via(end.flow());
  }

  private static boolean isLast(JobEvent event) {
    return event.kind() == JobEvent.Kind.STATE && event.job().state().isOver();
  }

  /**
   * The job when it is over, which no thread waits for. Fails with {@link ApiException} if the
   * server stops before.
   */
  public CompletionStage<JobView> whenOver(JobView job) {
    return of(job)
        .filter(JobEvents::isLast)
        .runWith(Sink.headOption(), materializer)
        .thenApply(
            last -> last.map(JobEvent::job).orElseThrow(() -> ApiException.stopping(job.id())));
  }

  /** Ends all streams, so that a server that stops need not wait for them. */
  public void shutdown() {
    end.shutdown();
  }
}
