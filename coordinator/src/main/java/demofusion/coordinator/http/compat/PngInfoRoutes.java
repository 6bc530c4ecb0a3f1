package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.coordinator.image.recorded.PictureSettings;
import demofusion.coordinator.image.recorded.Reading;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code png-info}: what an image records about how it was made, by any program. */
final class PngInfoRoutes {
  private final RequestBodies bodies;

  PngInfoRoutes(RequestBodies bodies) {
    this.bodies = bodies;
  }

  /**
   * The answer.
   *
   * @param info the text that WebUI would have written
   * @param items the picture's other texts
   * @param parameters the settings, whichever program wrote them
   */
  record PngInfo(String info, Map<String, String> items, Map<String, String> parameters) {
    PngInfo {
      // In the picture's own order, which people read.
      items = Collections.unmodifiableMap(new LinkedHashMap<>(items));
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/sdapi/v1/png-info", Role.VIEW, this::read)
            .changingNothing()
            .as(
                StableDiffusionApi.operation(
                        "pngInfo", "The generation parameters recorded in a picture of any format.")
                    .takes(RequestShapes.Png.class)
                    .answers(200, "What it says.", PngInfo.class)));
  }

  private Route read(Endpoint.Call call) {
    return completeWithFuture(
        bodies
            .readLargeGuest(call.request())
            .thenApply(PngInfoRoutes::info)
            .thenApply(Responses::ok)
            .exceptionally(FieldErrors::answer));
  }

  private static PngInfo info(JsonNode body) {
    Fields fields = new Fields(body);
    String image = fields.requiredText("image");
    fields.requireValid();
    try {
      return info(PictureText.read(Base64Picture.decode(image), "the image"));
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("Invalid encoded image: " + e.getMessage());
    }
  }

  private static PngInfo info(Map<String, String> texts) {
    Map<String, String> items = new LinkedHashMap<>(texts);
    String info = items.remove(GenerationParameters.KEYWORD);
    if (!(PictureSettings.read(texts) instanceof Reading.Settings settings)) {
      return new PngInfo(info == null ? "" : info, items, Map.of());
    }
    // WebUI's own are shown as they stand, also what cannot be drawn here.
    GenerationParameters parameters = settings.verbatim().orElse(settings.parameters());
    return new PngInfo(info == null ? text(parameters) : info, items, parameters(parameters));
  }

  /** As WebUI shows NovelAI's pictures. */
  private static String text(GenerationParameters parameters) {
    boolean isEnough = parameters.settings().size() >= GenerationParameters.FEWEST_SETTINGS;
    return isEnough ? parameters.toText() : "";
  }

  private static Map<String, String> parameters(GenerationParameters read) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("Prompt", read.prompt());
    String negative = read.negative();
    parameters.put("Negative prompt", negative == null ? "" : negative);
    parameters.putAll(read.settings());
    String size = parameters.remove("Size");
    if (size != null && size.matches("\\d+x\\d+")) {
      parameters.put("Size-1", size.substring(0, size.indexOf('x')));
      parameters.put("Size-2", size.substring(size.indexOf('x') + 1));
    }
    return parameters;
  }
}
