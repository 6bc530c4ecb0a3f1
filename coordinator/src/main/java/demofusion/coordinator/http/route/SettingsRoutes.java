package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** What a job was asked for, as it could be asked for again: the same, or larger. */
public final class SettingsRoutes {
  private static final String CONTINUING =
      "Makes a new job of the same settings and a larger size, which takes over the final latents"
          + " of the phases that both share. Its request also says what the model was told of sizes"
          + " (originalSize, targetSize) and the view batch of the first job, since the shared"
          + " phases were drawn with them. The picture is bit for bit the one that POST /v1/jobs"
          + " gives for the new job's own /settings, on the same model, precision and kind of"
          + " device; it is not bit for bit the one that a whole render of the larger size gives"
          + " when that leaves originalSize and targetSize out, since then the model is told the"
          + " larger size from the first phase on. Refused if the sizes share no phase (the shape"
          + " must be the same), if the first phase is not done, or if the job began from a"
          + " picture.";

  private static final String REQUEST = "request.json";

  private final FarmGateway farm;
  private final RequestBodies bodies;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  public SettingsRoutes(FarmGateway farm, RequestBodies bodies, Executor files) {
    this.farm = farm;
    this.bodies = bodies;
    this.files = files;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/settings", Role.VIEW, this::settings)
            .as(
                Operation.of(
                        "settings",
                        JobRoutes.TAG,
                        "What the job was asked for, as POST /v1/jobs takes it.")
                    .detail(
                        "The source picture of an image-to-image job is not included; its strength"
                            + " is. What ControlNets and IP-Adapters were shown is, and an image of"
                            + " which a part was drawn anew.")
                    .answers(200, "The settings.", NewPicture.class)
                    .refuses(404)),
        Endpoint.post("/v1/jobs/{id}/continue", Role.SUBMIT, this::goOn)
            .recordedAs(AuditedAction.CONTINUE)
            .as(
                JobRoutes.submitting(
                        "continue",
                        "Upscale this image: run only the larger phases, and reuse those"
                            + " that are done.")
                    .detail(CONTINUING)
                    .takes(LargerPicture.class)
                    .refuses(404)));
  }

  private Route settings(Endpoint.Call call) {
    return completeWithFuture(
        farm.find(call.caller(), call.job())
            .thenCompose(
                job ->
                    farm.file(job, REQUEST)
                        .thenApplyAsync(file -> picture(request(job, file)), files))
            .thenApply(Responses::ok));
  }

  /** Goes on from this picture: the phases that are still missing of a larger one. */
  private Route goOn(Endpoint.Call call) {
    String key = JobRoutes.idempotencyKey(call.request());
    return completeWithFuture(
        bodies
            .read(call.request(), LargerPicture.class)
            .thenCompose(
                larger ->
                    farm.find(call.caller(), call.job())
                        .thenCompose(
                            job ->
                                farm.file(job, REQUEST)
                                    .thenApplyAsync(
                                        file -> jobRequest(larger, job, request(job, file)),
                                        files)))
            .thenCompose(request -> farm.submit(request, call.caller(), key, call.trace()))
            .thenApply(reply -> JobRoutes.submitted(reply, call)));
  }

  private static JobRequest jobRequest(LargerPicture larger, JobView job, RenderRequest asked) {
    try {
      return larger.toRequest(job.id(), asked);
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  private static RenderRequest request(JobView job, Path file) {
    return JobFolder.peek(Objects.requireNonNull(file.getParent()))
        .orElseThrow(
            () ->
                ApiException.with(
                    StatusCodes.NOT_FOUND,
                    "no settings of job " + job.id() + ", which is " + job.state()));
  }

  /**
   * A picture to start from is not in it, only how far it was kept: that tells that there was one.
   */
  static NewPicture picture(RenderRequest request) {
    RenderSpec spec = request.spec();
    SourcePicture source = spec.source();
    return NewPicture.of(
        new JobRequest(
            spec.withSource(null),
            request.model().name(),
            request.previews(),
            request.priority(),
            null,
            source == null ? null : source.strength(),
            null));
  }
}
