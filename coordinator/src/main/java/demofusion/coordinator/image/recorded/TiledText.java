package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What WebUI's Tiled Diffusion writes into a picture's text: an object of its settings, in which
 * "Region control" has the boxes with prompts of their own. Those are regions here; the rest says
 * how the picture was put together, which is another way here.
 */
final class TiledText {
  static final String NAME = "Tiled Diffusion";
  private static final String BOXES = "Region control";

  private TiledText() {}

  /**
   * @param parameters of the whole text
   * @param draft that has its prompts already
   */
  static void read(String text, GenerationParameters parameters, SettingsDraft draft) {
    Optional<JsonNode> settings = JsonText.tree(text).filter(JsonNode::isObject);
    if (settings.isEmpty()) {
      draft.leaveOut(NAME, text);
      return;
    }
    JsonNode tiled = settings.get();
    draft.leaveOut(
        NAME,
        "%s, tiles of %sx%s with an overlap of %s"
            .formatted(
                tiled.path("Method").asText(),
                tiled.path("Tile tile width").asText(),
                tiled.path("Tile tile height").asText(),
                tiled.path("Tile Overlap").asText()));
    try {
      List<Region> regions = regions(tiled.path(BOXES), parameters, draft);
      if (!regions.isEmpty()) {
        draft.put(
            Objects.requireNonNull(RequestFields.named("regions").recordedName()),
            new RegionList(regions).toString());
      }
    } catch (DemofusionException e) {
      draft.leaveOut(BOXES, e.userMessage());
    }
  }

  private static List<Region> regions(
      JsonNode boxes, GenerationParameters parameters, SettingsDraft draft) {
    String whole = words(parameters.prompt(), new SettingsDraft());
    String negative = parameters.negative();
    String wholeNegative = negative == null ? null : words(negative, new SettingsDraft());
    PixelExtent size = size(parameters.settings().get("Size"));
    List<Region> regions = new ArrayList<>();
    boxes.forEach(
        node -> box(node, draft).region(whole, wholeNegative, size).ifPresent(regions::add));
    return regions;
  }

  private static TiledBox box(JsonNode node, SettingsDraft draft) {
    TiledBox usual = TiledBox.STANDARD;
    return new TiledBox(
        node.path("x").asDouble(usual.x()),
        node.path("y").asDouble(usual.y()),
        node.path("w").asDouble(usual.width()),
        node.path("h").asDouble(usual.height()),
        words(node.path("prompt").asText(), draft),
        words(node.path("neg_prompt").asText(), draft),
        node.path("blend_mode").asText().equals("Foreground"),
        node.path("feather_ratio").asDouble(usual.feather()));
  }

  private static String words(String prompt, SettingsDraft draft) {
    return ForeignPrompt.read(prompt, PromptSyntax.WEIGHTED, draft);
  }

  private static @Nullable PixelExtent size(@Nullable String text) {
    try {
      return text == null ? null : PixelExtent.parse(text);
    } catch (DemofusionException e) {
      return null; // which is said where the size is read
    }
  }
}
