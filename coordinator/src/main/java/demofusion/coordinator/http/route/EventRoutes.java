package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeOK;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.JobEvents;
import demofusion.coordinator.http.OpenStreams;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.marshalling.sse.EventStreamMarshalling;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.sse.ServerSentEvent;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;

/** What happens to a job, as server-sent events. */
public final class EventRoutes {
  private static final List<HttpHeader> HEADERS =
      List.of(
          CacheControl.create(CacheDirectives.NO_STORE),
          // Some proxies hold back what they pass on until it is much; this asks them not to.
          RawHeader.create("X-Accel-Buffering", "no"));

  private final FarmGateway farm;
  private final JobEvents events;
  private final OpenStreams streams;
  private final Duration heartbeat;

  public EventRoutes(FarmGateway farm, JobEvents events, OpenStreams streams, Duration heartbeat) {
    this.farm = farm;
    this.events = events;
    this.streams = streams;
    this.heartbeat = heartbeat;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/events", Role.VIEW, this::events)
            .as(
                Operation.of(
                        "watch", JobRoutes.TAG, "What happens to a job, as server-sent events.")
                    .detail(
                        "The first event is the job's state now; the stream ends when the job is"
                            + " over. Events are named state, progress, preview and warning,"
                            + " and the data of each is a JobEvent. Empty events are keep-alives."
                            + " A reader who is too slow loses the oldest events; every event says"
                            + " everything about the job.")
                    .answersEvents(200, "A stream of events.", JobEvent.class)
                    .refuses(404, 406)));
  }

  private Route events(Endpoint.Call call) {
    return onSuccess(
        farm.find(call.caller(), call.job()),
        job ->
            respondWithHeaders(
                HEADERS, () -> completeOK(stream(job), EventStreamMarshalling.toEventStream())));
  }

  private Source<ServerSentEvent, NotUsed> stream(JobView job) {
    return streams.counted(
        events
            .of(job)
            .map(EventRoutes::serverSent)
            .keepAlive(heartbeat, ServerSentEvent::heartbeat));
  }

  private static ServerSentEvent serverSent(JobEvent event) {
    return ServerSentEvent.create(Responses.text(event), event.kind().toString());
  }
}
