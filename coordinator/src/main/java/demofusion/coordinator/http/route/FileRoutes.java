package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.conditional;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;
import static org.apache.pekko.http.javadsl.server.Directives.withRangeSupport;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.OpenStreams;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.DateTime;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.http.javadsl.model.headers.ContentDisposition;
import org.apache.pekko.http.javadsl.model.headers.ContentDispositionTypes;
import org.apache.pekko.http.javadsl.model.headers.EntityTag;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.FileIO;

/**
 * What a job made, as files: the picture, its phases' pictures and latents. Whole or in ranges, and
 * kept by nobody on the way; who asks again with the tag of what is kept gets no body.
 */
public final class FileRoutes {
  static final String TAG = "files";
  private static final ContentType PNG = MediaTypes.IMAGE_PNG.toContentType();
  private static final ContentType LATENTS = ContentTypes.APPLICATION_OCTET_STREAM;
  private static final Pattern PHASE = Pattern.compile("[1-9]\\d{0,3}");

  private static final CacheControl ONLY_WITH_QUESTION =
      CacheControl.create(CacheDirectives.PRIVATE(), CacheDirectives.NO_CACHE);

  private final FarmGateway farm;
  private final OpenStreams streams;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  public FileRoutes(FarmGateway farm, OpenStreams streams, Executor files) {
    this.farm = farm;
    this.streams = streams;
    this.files = files;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}/image", Role.VIEW, this::image)
            .as(file("image", "The picture.", "The picture", PNG)),
        Endpoint.get("/v1/jobs/{id}/previews/{phase}", Role.VIEW, this::preview)
            .as(file("preview", "A phase's picture.", "The phase's picture", PNG)),
        Endpoint.get("/v1/jobs/{id}/latents/{phase}", Role.VIEW, this::latents)
            .as(
                file(
                    "latents",
                    "A phase's final latent, as a safetensors file with the tensor phaseN.final.",
                    "The phase's latent",
                    LATENTS)));
  }

  private static Operation file(String id, String summary, String what, ContentType type) {
    String mediaType = type.mediaType().toString();
    return Operation.of(id, TAG, summary)
        .answersWith(200, what + ", whole.", mediaType, "ETag", "Accept-Ranges")
        .answersWith(206, what + ", in part.", mediaType)
        .answers(304, "The one that is known already by its tag.")
        .refuses(404, 416);
  }

  /** A file of a job, as far as a response's head tells. */
  private record Found(Path path, long bytes, DateTime modified, EntityTag tag) {}

  private Route image(Endpoint.Call call) {
    return file(call, "image.png", PNG, "image");
  }

  private Route preview(Endpoint.Call call) {
    String phase = phase(call);
    return file(call, "phase-" + phase + ".png", PNG, "preview of phase " + phase);
  }

  private Route latents(Endpoint.Call call) {
    String phase = phase(call);
    return file(call, "phase-" + phase + ".safetensors", LATENTS, "latent of phase " + phase);
  }

  private static String phase(Endpoint.Call call) {
    String phase = call.pathParam("phase");
    if (!PHASE.matcher(phase).matches()) {
      throw ApiException.with(StatusCodes.NOT_FOUND, "the phase must be a number from 1");
    }
    return phase;
  }

  /**
   * @param name made of nothing that a caller said but a number
   */
  private Route file(Endpoint.Call call, String name, ContentType type, String what) {
    CompletionStage<Found> found =
        farm.find(call.caller(), call.job())
            .thenCompose(
                job ->
                    farm.locate(job)
                        .thenApplyAsync(folder -> find(job, folder.resolve(name), what), files));
    return onSuccess(
        found,
        file ->
            respondWithHeaders(
                headers(call.job() + "-" + name),
                () ->
                    conditional(
                        file.tag(),
                        file.modified(),
                        () -> withRangeSupport(() -> complete(whole(file, type))))));
  }

  private static Found find(JobView job, Path path, String what) {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      String tag =
          Long.toHexString(file.size())
              + "-"
              + Long.toHexString(file.lastModifiedTime().toMillis());
      return new Found(
          path,
          file.size(),
          DateTime.create(file.lastModifiedTime().toMillis() / 1000 * 1000),
          EntityTag.create(tag, false));
    } catch (NoSuchFileException e) {
      throw ApiException.with(
          StatusCodes.NOT_FOUND,
          "no " + what + " of job " + job.id() + ", which is " + job.state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HttpHeader> headers(String fileName) {
    return List.of(
        ONLY_WITH_QUESTION,
        ContentDisposition.create(ContentDispositionTypes.INLINE, Map.of("filename", fileName)));
  }

  private HttpResponse whole(Found file, ContentType type) {
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(type, file.bytes(), streams.counted(FileIO.fromPath(file.path()))));
  }
}
