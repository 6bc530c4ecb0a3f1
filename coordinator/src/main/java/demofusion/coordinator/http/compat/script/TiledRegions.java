package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.image.recorded.TiledBox;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.LoraTags;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The regions of Tiled Diffusion that are switched on.
 *
 * @param isOnBackground whether the picture's own prompt is drawn under them too
 */
record TiledRegions(List<TiledBox> boxes, boolean isOnBackground, boolean hasSeeds) {
  private static final List<String> NAMES =
      List.of(
          "enable",
          "x",
          "y",
          "w",
          "h",
          "prompt",
          "neg_prompt",
          "blend_mode",
          "feather_ratio",
          "seed");

  private static final String FOREGROUND = "Foreground";
  private static final String BACKGROUND = "Background";
  private static final String REGIONS = "regions";
  private static final String BASE = "regionBase";
  private static final double HUNDREDTHS = 100;
  private static final JsonMapper JSON = new JsonMapper();

  TiledRegions {
    boxes = List.copyOf(boxes);
  }

  /**
   * @param from the place of the first box's first argument
   */
  static TiledRegions read(JsonNode args, int from, boolean isOnBackground) {
    List<TiledBox> boxes = new ArrayList<>();
    boolean hasSeeds = false;
    for (int place = from; place < args.size(); place += NAMES.size()) {
      Fields fields = ScriptArguments.named(args, TiledDiffusion.TITLE, place, NAMES);
      boolean isOn = fields.flag("enable").orElse(false);
      TiledBox box = box(fields);
      boolean hasSeed = fields.number("seed").orElse(-1.0) != -1;
      fields.requireValid();
      if (isOn && box.x() <= 1 && box.y() <= 1 && box.width() > 0 && box.height() > 0) {
        boxes.add(box);
        hasSeeds |= hasSeed;
      }
    }
    return new TiledRegions(boxes, isOnBackground, hasSeeds);
  }

  private static TiledBox box(Fields fields) {
    TiledBox usual = TiledBox.STANDARD;
    String mode = fields.text("blend_mode").orElse(BACKGROUND);
    if (!mode.equals(FOREGROUND) && !mode.equals(BACKGROUND)) {
      fields.wrong(
          "must be " + BACKGROUND + " or " + FOREGROUND, "value_error.const", "blend_mode");
    }
    return new TiledBox(
        fields.number("x").orElse(usual.x()),
        fields.number("y").orElse(usual.y()),
        fields.number("w").orElse(usual.width()),
        fields.number("h").orElse(usual.height()),
        fields.words("prompt").orElse(usual.prompt()),
        fields.words("neg_prompt").orElse(usual.negative()),
        mode.equals(FOREGROUND),
        fields.number("feather_ratio").orElse(usual.feather()));
  }

  /** Puts them into a picture that has its prompts and its size. */
  void put(ObjectNode picture, Tiles tiles, List<String> notes) {
    if (picture.has(REGIONS)) {
      throw ApiException.badRequest(
          "regions are asked for twice, by "
              + TiledDiffusion.TITLE
              + " and by our own name: leave one of them out");
    }
    PixelExtent size = picture.has("size") ? PixelExtent.parse(picture.get("size").asText()) : null;
    String whole = LoraTags.cut(picture.path("prompt").asText()).text();
    JsonNode negative = picture.get("negativePrompt");
    List<Region> regions =
        boxes.stream()
            .flatMap(
                box ->
                    box.region(whole, negative == null ? null : negative.asText(), size).stream())
            .toList();
    if (regions.isEmpty()) {
      return;
    }
    // Not as a tree of the list itself: its own writer knows what may be left out.
    picture.set(REGIONS, JSON.valueToTree(new RegionList(regions)));
    putBase(picture, size, tiles, notes);
    if (hasSeeds) {
      notes.add(TiledDiffusion.TITLE + ": seeds of regions are not used, the picture has one");
    }
    if (!isOnBackground && !covers(regions)) {
      notes.add(
          TiledDiffusion.TITLE
              + ": what no region covers is drawn after the picture's own prompt, though its"
              + " background is not asked for");
    }
  }

  /** Tiled Diffusion takes the mean of all tiles and all boxes of type Background at a place. */
  private void putBase(
      ObjectNode picture, @Nullable PixelExtent size, Tiles tiles, List<String> notes) {
    if (!isOnBackground || picture.has(BASE)) {
      return;
    }
    if (boxes.stream().allMatch(TiledBox::isForeground)) {
      return;
    }
    if (boxes.stream().anyMatch(TiledBox::isForeground)) {
      notes.add(
          TiledDiffusion.TITLE
              + ": beside regions of type Foreground, those of type Background are drawn after"
              + " their own prompts alone");
      return;
    }
    double base = size == null ? 1 : tiles.coverage(size);
    picture.put(BASE, Math.round(HUNDREDTHS * base) / HUNDREDTHS);
  }

  /** Whether they leave nothing of the picture. */
  private static boolean covers(List<Region> regions) {
    double[] xs = sides(regions, true);
    double[] ys = sides(regions, false);
    for (double x : xs) {
      for (double y : ys) {
        if (x < 1 && y < 1 && regions.stream().noneMatch(region -> has(region, x, y))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Where something can begin, from the left or from the top. */
  private static double[] sides(List<Region> regions, boolean isHorizontal) {
    return DoubleStream.concat(
            DoubleStream.of(0),
            regions.stream()
                .map(Region::area)
                .filter(Objects::nonNull)
                .mapToDouble(area -> isHorizontal ? area.right() : area.bottom()))
        .toArray();
  }

  private static boolean has(Region region, double x, double y) {
    RegionRectangle area = region.area();
    return area != null
        && area.left() <= x
        && x < area.right()
        && area.top() <= y
        && y < area.bottom();
  }
}
