package demofusion.deploy.compare;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.RenderMethod;
import demofusion.protocol.latent.RenderSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One way to a large picture: a method, DemoFusion without one of its parts, or phase 1 merely made
 * larger.
 *
 * @param name on the command line and on the sheet
 * @param method null: no method, only resampling
 * @param parts of DemoFusion that are on
 */
public record Contestant(String name, @Nullable RenderMethod method, Ablations parts) {
  private static final Map<String, Contestant> KNOWN = new LinkedHashMap<>();

  static {
    Ablations all = Ablations.none();
    know("demofusion", RenderMethod.DEMOFUSION, all);
    know("multidiffusion", RenderMethod.MULTIDIFFUSION, all);
    know("direct", RenderMethod.DIRECT, all);
    know("lanczos", null, all);
    know("no-skip-residual", RenderMethod.DEMOFUSION, new Ablations(false, true, true, true, true));
    know("no-dilated", RenderMethod.DEMOFUSION, new Ablations(true, false, true, true, true));
    know("no-progressive", RenderMethod.DEMOFUSION, new Ablations(true, true, false, true, true));
    know("no-gaussian", RenderMethod.DEMOFUSION, new Ablations(true, true, true, false, true));
    know("no-jitter", RenderMethod.DEMOFUSION, new Ablations(true, true, true, true, false));
  }

  private static void know(String name, @Nullable RenderMethod method, Ablations parts) {
    KNOWN.put(name, new Contestant(name, method, parts));
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

  /** The picture as this one draws it. */
  RenderSpec spec(RenderSpec base) {
    return new RenderSpec(
        base.prompts(),
        base.size(),
        base.steps(),
        base.guidance(),
        base.seed(),
        base.scheduler(),
        base.stride(),
        base.unit(),
        base.fusion(),
        method == null ? RenderMethod.DEMOFUSION : method,
        parts,
        null,
        base.originalSize(),
        base.crop(),
        base.referenceOddities(),
        base.threads());
  }
}
