package demofusion.deploy.compare.stress;

import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Thirty captions of five kinds, six of each (modes section 11). */
public enum StressSet {
  /** For SDXL, and for every other model of pictures from anywhere. */
  SDXL,
  /** Of the landscapes that the miniature knows. */
  MINIATURE;

  private static final Map<String, List<String>> OF_SDXL = new LinkedHashMap<>();
  private static final Map<String, List<String>> OF_MINIATURE = new LinkedHashMap<>();

  static {
    OF_SDXL.put(
        "faces",
        List.of(
            "close-up portrait of an old fisherman, window light",
            "a young woman with freckles, close-up",
            "macro photograph of a human eye",
            "studio portrait of a boxer, sweat",
            "a laughing child with a missing tooth",
            "a bride in profile, lace veil"));
    OF_SDXL.put(
        "crowds",
        List.of(
            "start of a marathon from above",
            "full stadium at night",
            "busy night market with lanterns",
            "class photograph of thirty pupils",
            "symphony orchestra from the balcony",
            "crowded platform, train arriving"));
    OF_SDXL.put(
        "lettering",
        List.of(
            "neon sign \"OPEN ALL NIGHT\"",
            "book cover \"The Quiet Sea\"",
            "street sign \"MAPLE AVENUE\"",
            "chalk board \"soup bread tea\"",
            "T-shirt with \"HELLO\"",
            "ship's bow \"AURORA\""));
    OF_SDXL.put(
        "texture, one thing",
        List.of(
            "red brick wall, one blue door",
            "forest floor of autumn leaves, one white mushroom",
            "roof tiles of an old town, one black cat",
            "tiled pool from above, one swimmer",
            "rows of tulips to the horizon, one windmill",
            "knitted blanket, one wooden button"));
    OF_SDXL.put(
        "sky, one thing",
        List.of(
            "a single hot-air balloon in a clear sky",
            "a lone eagle over a snowy valley",
            "the full moon over a calm sea",
            "one red kite above a wide beach",
            "a small plane in a pink evening sky",
            "a lighthouse on a far cliff, large clouds"));
    OF_MINIATURE.put(
        "one thing",
        List.of(
            "green hills and the open sea, at noon, a white sailboat",
            "snowy mountains and a calm lake, in the early morning, a white sailboat",
            "a dark volcano and the open sea, at sunset, a lighthouse",
            "red canyon cliffs and a sandy desert, on a clear day, a lighthouse",
            "green hills and a flower meadow, at noon, a small house",
            "snowy mountains and a pine forest, at dawn, a small house"));
    OF_MINIATURE.put(
        "one disc",
        each(
            List.of("snowy mountains", "red canyon cliffs", "green hills"),
            "a sandy desert, on a clear day, a sun",
            "the open sea, at night, a full moon"));
    List<String> nothing =
        new ArrayList<>(
            each(
                List.of("green hills", "red canyon cliffs", "snowy mountains"),
                "the open sea, at noon"));
    nothing.addAll(
        each(
            List.of("a dark volcano", "green hills", "snowy mountains"),
            "a sandy desert, in the early morning"));
    OF_MINIATURE.put("nothing", List.copyOf(nothing));
    OF_MINIATURE.put(
        "texture",
        each(
            List.of("snowy mountains", "green hills", "red canyon cliffs"),
            "a pine forest, on a clear day",
            "a flower meadow, on a clear day"));
    OF_MINIATURE.put(
        "mirrors",
        each(
            List.of("snowy mountains", "red canyon cliffs", "a dark volcano"),
            "a calm lake, at sunset, a sun",
            "a calm lake, at night, a full moon"));
  }

  private static List<String> each(List<String> lands, String... rests) {
    List<String> captions = new ArrayList<>();
    for (String land : lands) {
      for (String rest : rests) {
        captions.add(land + " and " + rest);
      }
    }
    return List.copyOf(captions);
  }

  /** Reads a name of the command line. */
  public static StressSet parse(String text) {
    for (StressSet set : values()) {
      if (set.toString().equals(text)) {
        return set;
      }
    }
    throw DemofusionException.badRequest("captions \"" + text + "\" must be sdxl or miniature");
  }

  /** The set for a model of this name. */
  public static StressSet of(String model) {
    return model.toLowerCase(Locale.ROOT).contains("miniature") ? MINIATURE : SDXL;
  }

  /** All thirty, numbered kind after kind. */
  public List<StressCaption> captions() {
    List<StressCaption> captions = new ArrayList<>();
    (this == SDXL ? OF_SDXL : OF_MINIATURE)
        .forEach(
            (kind, words) ->
                words.forEach(
                    each -> captions.add(new StressCaption(captions.size() + 1, kind, each))));
    return captions;
  }

  /** Other captions, which are no set. */
  public static List<StressCaption> own(List<String> prompts) {
    List<StressCaption> captions = new ArrayList<>();
    prompts.forEach(each -> captions.add(new StressCaption(captions.size() + 1, "own", each)));
    return captions;
  }

  /** As many as are wanted, the first of each kind before the second of any. */
  public static List<StressCaption> first(List<StressCaption> all, int limit) {
    Map<String, List<StressCaption>> kinds = new LinkedHashMap<>();
    all.forEach(each -> kinds.computeIfAbsent(each.kind(), kind -> new ArrayList<>()).add(each));
    List<StressCaption> chosen = new ArrayList<>();
    for (int n = 0; n < all.size() && chosen.size() < limit; n++) {
      for (List<StressCaption> kind : kinds.values()) {
        if (n < kind.size() && chosen.size() < limit) {
          chosen.add(kind.get(n));
        }
      }
    }
    return chosen;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
