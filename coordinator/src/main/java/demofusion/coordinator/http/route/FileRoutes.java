package demofusion.coordinator.http.route;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.StoredFiles;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.api.Role;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** What a job made, as files: the picture, its phases' pictures and latents. */
public final class FileRoutes {
  static final String TAG = "files";
  private static final ContentType PNG = MediaTypes.IMAGE_PNG.toContentType();
  private static final ContentType LATENTS = ContentTypes.APPLICATION_OCTET_STREAM;
  private static final Pattern PHASE = Pattern.compile("[1-9]\\d{0,3}");

  private final StoredFiles files;

  public FileRoutes(StoredFiles files) {
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
        .refuses(404, 416, 502, 503);
  }

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

  private Route file(Endpoint.Call call, String name, ContentType type, String what) {
    return files.answer(call.caller(), call.job(), name, type, what);
  }
}
