package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.OpenStreams;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.trace.Timeline;
import demofusion.coordinator.trace.TraceFile;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Where a job's time went. */
public final class TimelineRoutes {
  private final FarmGateway farm;
  private final OpenStreams streams;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  public TimelineRoutes(FarmGateway farm, OpenStreams streams, Executor files) {
    this.farm = farm;
    this.streams = streams;
    this.files = files;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/timeline", Role.VIEW, this::timeline)
            .as(
                Operation.of(
                        "timeline",
                        FileRoutes.TAG,
                        "Where the job's time went, in the Trace Event Format.")
                    .detail(
                        "For Perfetto (ui.perfetto.dev) and chrome://tracing. Process 1 is the job:"
                            + " lanes for its runs, its phases, and the parts of its time, which"
                            + " follow each other. Process 2 has one lane per worker, with what its"
                            + " device did and when it waited, and every try at a batch from the"
                            + " queue to its answer. Of a job that runs it is what there is so far.")
                    .answersWith(200, "The timeline.", "application/json")
                    .refuses(404)));
  }

  private Route timeline(Endpoint.Call call) {
    CompletionStage<Path> folder =
        farm.find(call.caller(), call.job())
            .thenCompose(
                job -> farm.locate(job).thenApplyAsync(found -> recorded(job, found), files));
    String id = call.job().value();
    return onSuccess(folder, found -> encodeResponse(() -> complete(answer(found, id))));
  }

  private static Path recorded(JobView job, Path folder) {
    if (!Files.isRegularFile(folder.resolve(TraceFile.NAME))) {
      throw ApiException.with(
          StatusCodes.NOT_FOUND,
          "no timeline of job %s, which is %s; one is recorded from when its work begins"
              .formatted(job.id(), job.state()));
    }
    return folder;
  }

  private HttpResponse answer(Path folder, String id) {
    Source<ByteString, NotUsed> text =
        Source.<String, Timeline>unfoldResource(
                () -> Timeline.open(folder, id).orElseThrow(),
                timeline -> Optional.ofNullable(timeline.next()),
                Timeline::close)
            .filter(piece -> !piece.isEmpty())
            .map(ByteString::fromString);
    return HttpResponse.create()
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, streams.counted(text)));
  }
}
