package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeOK;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import demofusion.coordinator.job.JobEvent;
import demofusion.coordinator.job.JobView;
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
final class EventRoutes {
  private static final List<HttpHeader> HEADERS =
      List.of(
          CacheControl.create(CacheDirectives.NO_STORE),
          // Some proxies hold back what they pass on until it is much; this asks them not to.
          RawHeader.create("X-Accel-Buffering", "no"));

  private final Farm farm;
  private final JobEvents events;
  private final OpenStreams streams;
  private final Duration heartbeat;

  EventRoutes(Farm farm, JobEvents events, OpenStreams streams, Duration heartbeat) {
    this.farm = farm;
    this.events = events;
    this.streams = streams;
    this.heartbeat = heartbeat;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/v1/jobs/{id}/events", Role.VIEW, this::events));
  }

  private Route events(Endpoint.Call call) {
    return onSuccess(
        farm.find(call.caller(), call.place(0)),
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
    return ServerSentEvent.create(Answers.text(event), event.kind().toString());
  }
}
