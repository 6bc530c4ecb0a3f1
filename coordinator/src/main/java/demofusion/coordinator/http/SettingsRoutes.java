package demofusion.coordinator.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.job.JobView;
import demofusion.coordinator.job.Order;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** What a job was asked for, as it could be asked for again. */
final class SettingsRoutes {
  private final Farm farm;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  SettingsRoutes(Farm farm, Executor files) {
    this.farm = farm;
    this.files = files;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/v1/jobs/{id}/settings", Role.VIEW, this::settings));
  }

  private Route settings(Endpoint.Call call) {
    return completeWithFuture(
        farm.find(call.caller(), call.place(0))
            .thenCompose(
                job ->
                    farm.locate(job).thenApplyAsync(folder -> picture(request(job, folder)), files))
            .thenApply(Answers::ok));
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
