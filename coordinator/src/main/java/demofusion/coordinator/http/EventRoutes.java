package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeOK;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import demofusion.coordinator.job.JobEvent;
import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.marshalling.sse.EventStreamMarshalling;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.sse.ServerSentEvent;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;

/**
 * What happens to a job, as server-sent events. Each subscriber has a buffer of its own; one who
 * reads too slowly loses the oldest events, which is no harm, since every event says all about the
 * job as it is then.
 */
final class EventRoutes {
  private static final int BUFFERED = 64;

  private static final List<HttpHeader> HEADERS =
      List.of(
          CacheControl.create(CacheDirectives.NO_STORE),
          // Some proxies hold back what they pass on until it is much; this asks them not to.
          RawHeader.create("X-Accel-Buffering", "no"));

  private final Farm farm;
  private final OpenStreams streams;
  private final Duration heartbeat;
  private final SharedKillSwitch end = KillSwitches.shared("events");

  EventRoutes(Farm farm, OpenStreams streams, Duration heartbeat) {
    this.farm = farm;
    this.streams = streams;
    this.heartbeat = heartbeat;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/v1/jobs/{id}/events", Role.VIEW, this::events));
  }

  /** Ends all streams, so that a server that stops need not wait for them. */
  void shutdown() {
    end.shutdown();
  }

  private Route events(Endpoint.Call call) {
    return onSuccess(
        farm.find(call.caller(), call.place(0)),
        job ->
            respondWithHeaders(
                HEADERS, () -> completeOK(stream(job), EventStreamMarshalling.toEventStream())));
  }

  private Source<ServerSentEvent, NotUsed> stream(JobView job) {
    JobId id = new JobId(job.id());
    Source<JobEvent, ActorRef<JobEvent>> events =
        ActorSource.actorRef(
            event -> false, event -> Optional.empty(), BUFFERED, OverflowStrategy.dropHead());
    Source<ServerSentEvent, NotUsed> all =
        events
            .watchTermination(
                (subscriber, done) -> {
                  farm.tell(new Jobs.Watch(id, subscriber));
                  done.whenComplete((end, failure) -> farm.tell(new Jobs.Unwatch(id, subscriber)));
                  return NotUsed.getInstance();
                })
            .takeWhile(event -> !isLast(event), true)
            .map(EventRoutes::serverSent)
            .keepAlive(heartbeat, ServerSentEvent::heartbeat)
            .via(end.flow());
    return streams.counted(all);
  }

  private static boolean isLast(JobEvent event) {
    return event.kind() == JobEvent.Kind.STATE && event.job().state().isOver();
  }

  private static ServerSentEvent serverSent(JobEvent event) {
    return ServerSentEvent.create(Answers.text(event), event.kind().toString());
  }
}
