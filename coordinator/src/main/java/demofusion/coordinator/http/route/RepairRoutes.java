package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.image.repair.RepairCut;
import demofusion.coordinator.job.Limits;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Draws a part of a finished image anew. The image is the one that lies here, so that it travels
 * nowhere: it may be larger than what a browser holds. Of one that is larger than what this process
 * would hold, only the area around the mask is read; what is drawn is put back row by row.
 */
public final class RepairRoutes {
  private static final String IMAGE = "image";
  private static final String MASK = "mask";
  private static final String OUTPAINT = "outpaint";
  private static final String AREA = "inpaintArea";
  private static final String PADDING = "padding";
  private static final String SIZE = "size";

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
                            + " drawn; all other pixels stay as they are. An image of more than 64"
                            + " MiB or 40 megapixels is repaired with a mask and the inpaint area"
                            + " masked; the new job's settings then have that area as their image.")
                    .takes(NewPicture.class)
                    .refuses(404, 502, 503)));
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
                                farm.file(job, JobFolder.IMAGE).thenApply(file -> found(job, file)))
                        .thenCompose(image -> jobRequest(asked, image)))
            .thenCompose(request -> farm.submit(request, call.caller(), key, call.trace()))
            .thenApply(reply -> JobRoutes.submitted(reply, call)));
  }

  private static NewPicture checked(NewPicture asked) {
    if (asked.value(IMAGE) != null) {
      throw ApiException.badRequest(
          "image is the finished one of the job that is repaired: leave it out, or ask for another"
              + " with POST /v1/jobs");
    }
    if (asked.value(MASK) == null && asked.value(OUTPAINT) == null) {
      throw ApiException.badRequest(
          "nothing is to be drawn: give a mask, or say how far the image is extended (outpaint)");
    }
    return asked;
  }

  /** A job's finished image. */
  private record Image(JobId job, Path file) {
    /** Refuses one that is too large to be held. */
    boolean isLarge() throws IOException {
      return Files.size(file) > PictureBytes.MOST_BYTES || isOfManyPixels();
    }

    private boolean isOfManyPixels() throws IOException {
      try (PngRows rows = PngRows.open(file)) {
        return rows.extent().area() > Limits.DEFAULT.sourcePixels();
      }
    }
  }

  private static Image found(JobView job, Path file) {
    if (!Files.exists(file)) {
      throw ApiException.with(
          StatusCodes.NOT_FOUND, "no image of job " + job.id() + ", which is " + job.state());
    }
    return new Image(job.id(), file);
  }

  private CompletionStage<JobRequest> jobRequest(NewPicture asked, Image image) {
    return CompletableFuture.supplyAsync(() -> isLarge(image), files)
        .thenCompose(
            isLarge ->
                isLarge
                    ? cut(asked, image)
                    : CompletableFuture.supplyAsync(
                        () -> request(asked.with(IMAGE, bytes(image))), files));
  }

  /** Of a large image the area around the mask, which the model's sizes decide. */
  private CompletionStage<JobRequest> cut(NewPicture asked, Image image) {
    Object mask = asked.value(MASK);
    if (!(mask instanceof byte[] file)
        || asked.value(OUTPAINT) != null
        || !InpaintArea.MASKED.toString().equals(asked.value(AREA))) {
      throw ApiException.badRequest(
          "the image of job %s is too large to be computed whole: repair it with a mask and the inpaint area masked"
              .formatted(image.job()));
    }
    // Which image it is decides nothing about the model.
    JobRequest whole = request(asked.with(IMAGE, file));
    return farm.modelFor(whole)
        .thenApplyAsync(card -> request(asked, file, image, whole, card), files);
  }

  private JobRequest request(
      NewPicture asked, byte[] mask, Image image, JobRequest whole, ModelCard card) {
    int padding = MaskedPicture.padding(inpainting(whole));
    RepairCut cut;
    try {
      cut =
          RepairCut.of(
              image.file(),
              image.job(),
              mask,
              padding,
              card.geometry(),
              Limits.DEFAULT.sourcePixels());
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PixelExtent size = whole.spec().size();
    if (size != null && !size.equals(cut.place().whole())) {
      throw ApiException.badRequest(
          "size %s is not the image's: it is repaired at its own size, %s"
              .formatted(size, cut.place().whole()));
    }
    JobRequest part =
        request(
            asked
                .without(List.of(AREA, PADDING, SIZE))
                .with(IMAGE, cut.picture())
                .with(MASK, cut.mask()));
    ConditionSettings conditions = part.spec().conditions();
    return part.withSpec(
        part.spec().toBuilder()
            .seed(whole.spec().seed())
            .conditions(conditions.withInpainting(inpainting(part).withCut(cut.place())))
            .build());
  }

  private static Inpainting inpainting(JobRequest request) {
    return Objects.requireNonNull(request.spec().conditions().inpainting());
  }

  private JobRequest request(NewPicture asked) {
    try {
      return asked.toRequest(randomSeed);
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  private static boolean isLarge(Image image) {
    try {
      return image.isLarge();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Image image) {
    try {
      return Files.readAllBytes(image.file());
    } catch (NoSuchFileException e) {
      throw ApiException.with(
          StatusCodes.NOT_FOUND, "the image of job " + image.job() + " was removed just now");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
