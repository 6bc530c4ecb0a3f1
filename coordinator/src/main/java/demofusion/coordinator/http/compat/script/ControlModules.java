package demofusion.coordinator.http.compat.script;

import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.request.condition.ControlMake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * sd-webui-controlnet's preprocessors ("modules"): those that are done here, and what to bring
 * ready made in place of the others.
 */
public final class ControlModules {
  /** What a module is here. */
  public enum Kind {
    NONE,
    CANNY,
    INVERT,
    /** The original and its mask, for a network that is made for them. */
    INPAINT,
    /** A picture for an IP-Adapter. */
    ADAPTER
  }

  /**
   * A module.
   *
   * @param name by which requests mean it
   * @param label as the user interface shows it, which requests may have too
   * @param types of control that it is listed under
   * @param sliders of the user interface
   */
  public record Module(
      String name, String label, Kind kind, List<String> types, List<Slider> sliders) {
    public Module {
      types = List.copyOf(types);
      sliders = List.copyOf(sliders);
    }
  }

  /** A parameter of a module, as the extension lists it. */
  public record Slider(String name, double value, double min, double max, double step) {}

  /** Under which modules and models are listed, by the extension's words for them in file names. */
  public static final Map<String, List<String>> TYPES = types();

  public static final List<Module> ALL =
      List.of(
          new Module("none", "none", Kind.NONE, List.of(), List.of()),
          new Module(
              "canny",
              "canny",
              Kind.CANNY,
              List.of("Canny"),
              List.of(
                  threshold("Low Threshold", ControlMake.STANDARD_LOW),
                  threshold("High Threshold", ControlMake.STANDARD_HIGH))),
          new Module(
              "invert",
              "invert (from white bg & black line)",
              Kind.INVERT,
              List.of("Canny", "Lineart", "Scribble", "MLSD"),
              List.of()),
          new Module("inpaint_only", "inpaint_only", Kind.INPAINT, List.of("Inpaint"), List.of()),
          new Module(
              "inpaint", "inpaint_global_harmonious", Kind.INPAINT, List.of("Inpaint"), List.of()),
          adapter("ip-adapter-auto", "ip-adapter-auto"),
          adapter("ip-adapter_clip_sd15", "ip-adapter_clip_h"),
          adapter("ip-adapter_clip_sdxl", "ip-adapter_clip_g"),
          adapter("ip-adapter_clip_sdxl_plus_vith", "ip-adapter_clip_sdxl_plus_vith"));

  /** By the beginning of a module's name: what takes its place. */
  private static final Map<String, String> READY_MADE = readyMade();

  private ControlModules() {}

  private static Slider threshold(String name, double value) {
    return new Slider(name, value, 1, 255, 1);
  }

  private static Module adapter(String name, String label) {
    return new Module(name, label, Kind.ADAPTER, List.of("IP-Adapter"), List.of());
  }

  private static Map<String, List<String>> types() {
    Map<String, List<String>> types = new LinkedHashMap<>();
    types.put("Canny", List.of("canny", "union"));
    types.put("Depth", List.of("depth", "union"));
    types.put("IP-Adapter", List.of("ip-adapter", "ip_adapter", "ipadapter"));
    types.put("Inpaint", List.of("inpaint", "union"));
    types.put("Lineart", List.of("lineart", "union"));
    types.put("MLSD", List.of("mlsd", "union"));
    types.put("NormalMap", List.of("normalmap", "normal", "union"));
    types.put("OpenPose", List.of("openpose", "densepose", "union"));
    types.put("Scribble", List.of("scribble", "sketch", "union"));
    types.put("Segmentation", List.of("segmentation", "seg", "union"));
    types.put("SoftEdge", List.of("softedge", "union"));
    types.put("Tile", List.of("tile", "blur", "union"));
    return types;
  }

  private static Map<String, String> readyMade() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("ip-adapter_face", ""); // before the other IP-Adapters
    words.put("ip-adapter_pulid", "");
    words.put("instant_id", "");
    words.put("reference", "");
    words.put("revision", "");
    words.put("clip_vision", "");
    words.put("t2ia", "");
    words.put("shuffle", "");
    words.put("depth", "a depth map");
    words.put("openpose", "a picture of the pose");
    words.put("dw_openpose", "a picture of the pose");
    words.put("animal_openpose", "a picture of the pose");
    words.put("densepose", "a picture of the pose");
    words.put("mediapipe", "a picture of the face's lines");
    words.put("lineart", "a line drawing, white on black");
    words.put("scribble", "a scribble, white on black");
    words.put("pidinet", "soft edges, white on black");
    words.put("softedge", "soft edges, white on black");
    words.put("hed", "soft edges, white on black");
    words.put("te_hed", "soft edges, white on black");
    words.put("mlsd", "straight lines, white on black");
    words.put("normal", "a normal map");
    words.put("seg", "a picture of the segments' colours");
    words.put("oneformer", "a picture of the segments' colours");
    words.put("anime_face_segment", "a picture of the segments' colours");
    words.put("mobile_sam", "a picture of the segments' colours");
    words.put("tile", "the picture itself");
    words.put("blur", "the blurred picture");
    words.put("threshold", "the picture in black and white");
    words.put("recolor", "the picture in grey");
    words.put("color", "the picture's colours");
    return words;
  }

  /**
   * The module that is meant.
   *
   * @param unit which one asks, for the sentence
   * @throws ApiException if it is not done here; the sentence says what to bring
   */
  public static Module of(String text, String unit) {
    String wanted = text.strip();
    for (Module module : ALL) {
      if (wanted.equalsIgnoreCase(module.name()) || wanted.equalsIgnoreCase(module.label())) {
        return module;
      }
    }
    throw ApiException.badRequest(
        "%s: module %s is not done here; %s"
            .formatted(unit, Excerpt.of(wanted, 60), instead(readyMade(wanted))));
  }

  /**
   * Edges by a unit's thresholds, in either order, as OpenCV takes them.
   *
   * @param first out of its bounds: the module's own, as the extension takes it
   */
  public static ControlMake canny(double first, double second) {
    int low = orUsual(first, ControlMake.STANDARD_LOW);
    int high = orUsual(second, ControlMake.STANDARD_HIGH);
    return new ControlMake(true, Math.min(low, high), Math.max(low, high));
  }

  private static int orUsual(double asked, int usual) {
    Slider slider = threshold("", usual);
    return (int) (asked < slider.min() || asked > slider.max() ? usual : asked);
  }

  private static @Nullable String readyMade(String wanted) {
    String plain = wanted.toLowerCase(Locale.ROOT);
    return READY_MADE.entrySet().stream()
        .filter(entry -> plain.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static String instead(@Nullable String readyMade) {
    if (readyMade != null && !readyMade.isEmpty()) {
      return "bring " + readyMade + " ready made as the image, with module none";
    }
    List<String> names = new ArrayList<>();
    ALL.forEach(module -> names.add(module.name()));
    return "there are " + String.join(", ", names);
  }
}
