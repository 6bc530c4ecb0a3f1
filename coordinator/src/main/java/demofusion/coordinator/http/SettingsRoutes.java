package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Order;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** What a job was asked for, as it could be asked for again: the same, or larger. */
final class SettingsRoutes {
  private final Farm farm;
  private final Bodies bodies;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  SettingsRoutes(Farm farm, Bodies bodies, Executor files) {
    this.farm = farm;
    this.bodies = bodies;
    this.files = files;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/settings", Role.VIEW, this::settings),
        Endpoint.post("/v1/jobs/{id}/continue", Role.SUBMIT, this::goOn));
  }

  private Route settings(Endpoint.Call call) {
    return completeWithFuture(
        farm.find(call.caller(), call.place(0))
            .thenCompose(
                job ->
                    farm.locate(job).thenApplyAsync(folder -> picture(request(job, folder)), files))
            .thenApply(Answers::ok));
  }

  /** Goes on from this picture: the phases that are still missing of a larger one. */
  private Route goOn(Endpoint.Call call) {
    String key = JobRoutes.idempotencyKey(call.request());
    return completeWithFuture(
        bodies
            .read(call.request(), LargerPicture.class)
            .thenCompose(
                larger ->
                    farm.find(call.caller(), call.place(0))
                        .thenCompose(
                            job ->
                                farm.locate(job)
                                    .thenApplyAsync(
                                        folder -> order(larger, job, request(job, folder)), files)))
            .thenCompose(order -> farm.submit(order, call.caller(), key))
            .thenApply(JobRoutes::submitted));
  }

  private static Order order(LargerPicture larger, JobView job, RenderRequest asked) {
    try {
      return larger.toOrder(new JobId(job.id()), asked);
    } catch (DemofusionException e) {
      throw Refused.badRequest(e.sentence());
    }
  }

  private static RenderRequest request(JobView job, Path folder) {
    return JobFolder.peek(folder)
        .orElseThrow(
            () ->
                Refused.with(
                    StatusCodes.NOT_FOUND,
                    "there are no settings of job " + job.id() + ", which is " + job.state()));
  }

  /**
   * A picture to start from is not in it, only how far it was kept: that tells that there was one.
   */
  static NewPicture picture(RenderRequest request) {
    RenderSpec spec = request.spec();
    SourcePicture source = spec.source();
    return NewPicture.of(
        new Order(
            spec.withSource(null),
            request.model().name(),
            request.previews(),
            request.priority(),
            null,
            source == null ? null : source.strength(),
            null));
  }
}
