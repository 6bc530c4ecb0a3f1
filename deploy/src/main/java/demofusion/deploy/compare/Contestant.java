package demofusion.deploy.compare;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.WindowSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One way to a large picture: a method, DemoFusion or detail without one of its parts, or phase 1
 * merely made larger.
 *
 * @param name on the command line and on the sheet
 * @param method null: no method, only resampling
 * @param parts of DemoFusion that are on
 * @param detail parts of detail that are on
 * @param switched on beside what all pictures have: what it has here is not {@link
 *     MethodSettings#NONE}'s
 */
public record Contestant(
    String name,
    @Nullable RenderMethod method,
    DemoFusionParts parts,
    DetailSettings detail,
    MethodSettings switched) {
  private static final float USUAL_HIGH = 25; // FreCaS, README
  private static final double USUAL_NOISE = 1.2; // LSRNA
  private static final Map<String, Contestant> KNOWN = new LinkedHashMap<>();

  static {
    RenderSpec whole = RenderSpec.of("", 0);
    for (String method : RequestFields.named("method").choices()) {
      know(method, RenderMethod.parse(method), whole);
    }
    know("lanczos", null, whole);
    for (Field<?> field : RequestFields.ALL) {
      if (field.isCompared() && field.jsonClass() == Boolean.class) {
        String name = String.valueOf(field.option()).substring("--".length());
        RenderSpec without = field.with(whole, false);
        boolean isOfDetail = without.ablations().equals(whole.ablations());
        know(name, isOfDetail ? RenderMethod.DETAIL : RenderMethod.DEMOFUSION, without);
      }
    }
    WindowSettings interaction = new WindowSettings(null, null, true);
    SplitSettings split = new SplitSettings(USUAL_HIGH, GuidanceSplit.FA);
    RegionNoise noise = new RegionNoise(0, USUAL_NOISE);
    knowSwitched("window-interaction", MethodSettings.NONE.withWindows(interaction));
    knowSwitched("guidance-high", MethodSettings.NONE.withSplit(split));
    knowSwitched("region-noise", MethodSettings.NONE.withRegionNoise(noise));
    knowSwitched(
        "all-switches",
        MethodSettings.NONE.withWindows(interaction).withSplit(split).withRegionNoise(noise));
  }

  private static void know(String name, @Nullable RenderMethod method, RenderSpec spec) {
    DetailSettings detail = spec.methodSettings().detail();
    KNOWN.put(name, new Contestant(name, method, spec.ablations(), detail, MethodSettings.NONE));
  }

  /** DemoFusion with a switch that costs no forward pass, as its authors set it. */
  private static void knowSwitched(String name, MethodSettings switched) {
    KNOWN.put(
        name,
        new Contestant(
            name,
            RenderMethod.DEMOFUSION,
            DemoFusionParts.all(),
            DetailSettings.STANDARD,
            switched));
  }

  /**
   * Reads names.
   *
   * @throws DemofusionException BAD_REQUEST with a list of those that there are
   */
  public static List<Contestant> parse(List<String> names) {
    List<Contestant> contestants = new ArrayList<>();
    for (String name : names) {
      Contestant known = KNOWN.get(name.strip());
      if (known == null) {
        throw DemofusionException.badRequest(
            "method \"" + name + "\" must be one of " + String.join(", ", KNOWN.keySet()));
      }
      if (!contestants.contains(known)) {
        contestants.add(known);
      }
    }
    return contestants;
  }

  /** The picture as this one draws it; what belongs to other methods is left out. */
  public RenderSpec spec(RenderSpec base) {
    return base.toBuilder()
        .method(method == null ? RenderMethod.DEMOFUSION : method)
        .ablations(parts)
        .methodSettings(settings(base.methodSettings()))
        .source(null)
        .build();
  }

  private MethodSettings settings(MethodSettings asked) {
    if (method == null) {
      return MethodSettings.NONE.withEta(asked.eta());
    }
    DetailSettings ablated =
        new DetailSettings(
            asked.detail().structureCutoff(), detail.frequencyMixing(), detail.structureGuidance());
    WindowSettings windows = asked.windows();
    MethodSettings own = asked.withDetail(DetailSettings.STANDARD).withFast(FastSettings.SILENT);
    return switch (method) {
      case DEMOFUSION -> ofParts(switchedOn(own.withUpscaler(null)));
      case MULTIDIFFUSION ->
          ofOnePhase(own)
              .withUpscaler(null)
              .withWindows(new WindowSettings(windows.weights(), windows.spacing(), false));
      case DIRECT -> ofOnePhase(own).withUpscaler(null).withWindows(WindowSettings.SILENT);
      case DETAIL -> onTiles(own).withDetail(ablated);
      case FAST ->
          onTiles(own).withStrengths(null).withFast(asked.fast()).withSplit(SplitSettings.NONE);
      case SR -> ofOnePhase(own).withWindows(WindowSettings.SILENT);
    };
  }

  /** Without what belongs to a part that is off. */
  private MethodSettings ofParts(MethodSettings settings) {
    WindowSettings windows = settings.windows();
    return settings
        .withPhases(parts.progressive() ? settings.phases() : null)
        .withWindows(
            new WindowSettings(
                windows.weights(), windows.spacing(), windows.interaction() && parts.dilated()));
  }

  private MethodSettings switchedOn(MethodSettings own) {
    WindowSettings windows = own.windows();
    boolean isInteracting = windows.interaction() || switched.windows().interaction();
    MethodSettings on =
        own.withWindows(new WindowSettings(windows.weights(), windows.spacing(), isInteracting));
    if (switched.split().high() != null && on.split().high() == null) {
      on = on.withSplit(switched.split());
    }
    return switched.regionNoise() != null && on.regionNoise() == null
        ? on.withRegionNoise(switched.regionNoise())
        : on;
  }

  private static MethodSettings ofOnePhase(MethodSettings settings) {
    return settings
        .withPhases(null)
        .withStrengths(null)
        .withSplit(SplitSettings.NONE)
        .withRegionNoise(null);
  }

  private static MethodSettings onTiles(MethodSettings settings) {
    WindowSettings windows = settings.windows();
    return settings
        .withUpscaler(null)
        .withRegionNoise(null)
        .withWindows(new WindowSettings(windows.weights(), windows.spacing(), false));
  }
}
