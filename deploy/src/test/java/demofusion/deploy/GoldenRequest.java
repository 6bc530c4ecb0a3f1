package demofusion.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;

/** What all golden runs say of their picture, whichever file they stand in. */
final class GoldenRequest {
  private GoldenRequest() {}

  static RenderSpec.Builder of(JsonNode run) {
    String negative =
        run.hasNonNull("negative_prompt") ? run.get("negative_prompt").asText() : null;
    return RenderSpec.of("", run.get("seed").asLong()).toBuilder()
        .prompts(new Prompts(run.get("prompt").asText(), null, negative, null))
        .size(new PixelExtent(run.get("width").asInt(), run.get("height").asInt()))
        .steps(run.get("steps").asInt())
        .guidance(
            new Guidance(
                (float) run.get("guidance").asDouble(),
                (float) run.path("guidance_rescale").asDouble(0)))
        .stride(run.has("stride") ? run.get("stride").asInt() : null);
  }
}
