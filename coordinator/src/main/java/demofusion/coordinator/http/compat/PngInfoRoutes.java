package demofusion.coordinator.http.compat;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

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
   * @param parameters the text, taken apart
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
      Map<String, String> texts =
          new LinkedHashMap<>(PictureText.read(Base64Picture.decode(image), "the image"));
      String info = texts.remove(GenerationParameters.KEYWORD);
      return new PngInfo(info == null ? "" : info, texts, parameters(info));
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("Invalid encoded image: " + e.getMessage());
    }
  }

  private static Map<String, String> parameters(@Nullable String info) {
    if (info == null) {
      return Map.of();
    }
    GenerationParameters read = GenerationParameters.parse(info);
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
