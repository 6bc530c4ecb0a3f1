package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ControlNets cannot be together with, as far as no model is needed to know it (conditioning
 * sections 2.6 and 5.7).
 */
public final class ControlRules {
  private ControlRules() {}

  /**
   * @param interaction whether windows look at each other
   * @param onePhase the method, by its words, where it has one phase; null: it has more
   * @throws DemofusionException BAD_REQUEST with one sentence that names both settings
   */
  public static void require(
      ConditionSettings conditions, boolean interaction, @Nullable String onePhase) {
    for (ControlUse use : conditions.controls()) {
      if (interaction) {
        throw together(
            use.title(), "window interaction", "whose views are mixtures of several places");
      }
      if (use.isOfPhase() && onePhase != null) {
        throw together(ofPhase(use), onePhase, "which has one phase");
      }
      if (use.isOfInpainting() && conditions.inpainting() == null) {
        throw DemofusionException.badRequest(
            ("%s of type inpaint follows an image that is drawn anew in part: give the image and"
                    + " its mask")
                .formatted(use.title()));
      }
    }
  }

  /**
   * The released pipeline takes one, and resizes its picture from phase to phase.
   *
   * @param reference the setting that asks for it, by its words
   * @param why what it is
   * @throws DemofusionException BAD_REQUEST with one sentence that names both settings
   */
  public static void requireReference(List<ControlUse> controls, String reference, String why) {
    if (controls.size() > 1) {
      throw together(controls.size() + " ControlNets", reference, why);
    }
    for (ControlUse use : controls) {
      if (use.isOfPhase()) {
        throw together(ofPhase(use), reference, why);
      }
      if (use.isOfInpainting()) {
        throw together(use.title() + " of type inpaint", reference, why);
      }
      if (use.unionType().isPresent()) {
        throw together(use.title() + ", a union,", reference, why);
      }
      if (use.resize() == ControlResize.FRESH) {
        throw together("control resize " + use.resize(), reference, why);
      }
    }
  }

  private static String ofPhase(ControlUse use) {
    return use.title() + " on the picture of the phase before";
  }

  private static DemofusionException together(String setting, String other, String why) {
    return DemofusionException.badRequest(
        setting + " cannot be combined with " + other + ", " + why + ": leave one of them out");
  }
}
