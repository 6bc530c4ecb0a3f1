package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.condition.PictureBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Draws a part of a finished image anew. The image is the one that lies here, so that it travels
 * nowhere: it may be larger than what a browser holds.
 */
public final class RepairRoutes {
  private static final String IMAGE = "image";
  private static final List<String> WHERE = List.of("mask", "outpaint");

  private final FarmGateway farm;
  private final RequestBodies bodies;
  private final Executor files;
  private final LongSupplier randomSeed;

  /**
   * @param files threads that may wait for a disk
   * @param randomSeed seeds for requests that give none
   */
  public RepairRoutes(
      FarmGateway farm, RequestBodies bodies, Executor files, LongSupplier randomSeed) {
    this.farm = farm;
    this.bodies = bodies;
    this.files = files;
    this.randomSeed = randomSeed;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/jobs/{id}/repair", Role.SUBMIT, this::repair)
            .recordedAs(AuditedAction.REPAIR)
            .as(
                JobRoutes.submitting(
                        "repair", "Draw a part of this image anew, or extend it, as a new job.")
                    .detail(
                        "The request is the same as that of POST /v1/jobs, without an image, which"
                            + " is the finished one of the job. A mask or outpaint says where it is"
                            + " drawn; all other pixels stay as they are.")
                    .takes(NewPicture.class)
                    .refuses(404)));
  }

  private Route repair(Endpoint.Call call) {
    String key = JobRoutes.idempotencyKey(call.request());
    return completeWithFuture(
        bodies
            .readLarge(call.request(), NewPicture.class)
            .thenApply(RepairRoutes::checked)
            .thenCompose(
                asked ->
                    farm.find(call.caller(), call.job())
                        .thenCompose(
                            job ->
                                farm.locate(job)
                                    .thenApplyAsync(
                                        folder -> jobRequest(asked, image(job, folder)), files)))
            .thenCompose(request -> farm.submit(request, call.caller(), key))
            .thenApply(reply -> JobRoutes.submitted(reply, call)));
  }

  private static NewPicture checked(NewPicture asked) {
    if (asked.value(IMAGE) != null) {
      throw ApiException.badRequest(
          "image is the finished one of the job that is repaired: leave it out, or ask for another"
              + " with POST /v1/jobs");
    }
    if (WHERE.stream().allMatch(name -> asked.value(name) == null)) {
      throw ApiException.badRequest(
          "nothing is to be drawn: give a mask, or say how far the image is extended (outpaint)");
    }
    return asked;
  }

  private JobRequest jobRequest(NewPicture asked, byte[] image) {
    try {
      return asked.with(IMAGE, image).toRequest(randomSeed);
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  private static byte[] image(JobView job, Path folder) {
    Path file = folder.resolve("image.png");
    try {
      long bytes = Files.size(file);
      if (bytes > PictureBytes.MOST_BYTES) {
        throw ApiException.badRequest(
            "the image of job %s has %s bytes; one that is repaired must have at most %s"
                .formatted(job.id(), bytes, PictureBytes.MOST_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw ApiException.with(
          StatusCodes.NOT_FOUND, "no image of job " + job.id() + ", which is " + job.state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
