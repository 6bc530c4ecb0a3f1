package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.http.compat.script.ControlModules;
import demofusion.coordinator.image.condition.DetectedMap;
import demofusion.coordinator.job.Limits;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.request.condition.ControlMake;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * sd-webui-controlnet's {@code detect}: what a module makes of pictures, as units of that module
 * then have it made.
 */
final class DetectRoutes {
  /** All pictures of a request together. */
  private static final long MOST_PIXELS = Limits.DEFAULT.sourcePixels();

  private static final int MOST_PICTURES = 16;
  private static final String MODULE = "controlnet_module";
  private static final String PICTURES = "controlnet_input_images";
  private static final String MASKS = "controlnet_masks";

  private final ApiContext context;

  DetectRoutes(ApiContext context) {
    this.context = context;
  }

  /**
   * The answer.
   *
   * @param images PNGs in base64
   * @param info Success
   */
  record Detected(List<String> images, String info) {
    Detected {
      images = List.copyOf(images);
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/controlnet/detect", Role.VIEW, this::detect)
            .changingNothing()
            .as(
                StableDiffusionApi.operation(
                        "controlnetDetect",
                        "What a module makes of pictures: canny's edges, the negative, or the"
                            + " picture itself.")
                    .takes(RequestShapes.Detect.class)
                    .answers(200, "A PNG of each, at its own size.", Detected.class)));
  }

  private Route detect(Endpoint.Call call) {
    return completeWithFuture(
        context
            .bodies()
            .readLargeGuest(call.request())
            .thenApplyAsync(DetectRoutes::detected, context.files())
            .thenApply(Responses::ok)
            .exceptionally(FieldErrors::answer));
  }

  private static Detected detected(JsonNode body) {
    Fields fields = new Fields(body);
    ControlMake make = make(fields);
    if (body.path(MASKS).isArray() && !body.path(MASKS).isEmpty()) {
      throw ApiException.badRequest(
          MASKS
              + ": no module here takes a mask, what it would say has to be in the picture; leave"
              + " it out");
    }
    List<byte[]> files = files(body.path(PICTURES));
    try {
      List<String> images =
          DetectedMap.of(files, make, MOST_PIXELS).stream()
              .map(Base64.getEncoder()::encodeToString)
              .toList();
      return new Detected(images, "Success");
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  private static @Nullable ControlMake make(Fields fields) {
    ControlModules.Module module =
        ControlModules.of(fields.text(MODULE).orElse("none"), "controlnet/detect");
    double low = fields.number("controlnet_threshold_a").orElse(-1.0);
    double high = fields.number("controlnet_threshold_b").orElse(-1.0);
    fields.requireValid();
    return switch (module.kind()) {
      case NONE -> null;
      case INVERT -> ControlMake.INVERT;
      case CANNY -> ControlModules.canny(low, high);
      case INPAINT, ADAPTER ->
          throw ApiException.badRequest(
              "module %s makes no picture that could be shown; detect takes none, canny and invert"
                  .formatted(module.name()));
    };
  }

  private static List<byte[]> files(JsonNode given) {
    if (!given.isArray() || given.isEmpty() || given.size() > MOST_PICTURES) {
      throw ApiException.badRequest(
          "%s must be a list of 1 to %s pictures in base64".formatted(PICTURES, MOST_PICTURES));
    }
    List<byte[]> files = new ArrayList<>();
    for (JsonNode each : given) {
      try {
        files.add(Base64Picture.decode(each.asText()));
      } catch (IllegalArgumentException e) {
        throw ApiException.badRequest(
            "%s: the picture in place %s cannot be read: %s"
                .formatted(PICTURES, files.size() + 1, e.getMessage()));
      }
    }
    return files;
  }
}
