package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlRules;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.model.FewStepFile;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which settings of a request cannot be together (modes section 8), as far as no model is needed to
 * know it: each refusal names both. What depends on sizes, on the VAE or on the weights is refused
 * where a request meets its model, which asks these rules again, with what was left to the model.
 */
public final class MethodRules {
  private static final RenderSpec STANDARD = RenderSpec.of("", 0);
  private static final List<Field<?>> SWITCHES =
      Stream.concat(LadderFields.ROWS.stream(), MethodFields.ROWS.stream()).toList();
  private static final Set<RenderMethod> OF_ONE_PHASE =
      Set.of(RenderMethod.MULTIDIFFUSION, RenderMethod.DIRECT, RenderMethod.SR);

  /** A few-step file that is still guided says so in its name (Hyper-SD's CFG files). */

  /** LCM's files take a little (modes section 6). */
  private static final int MOST_GUIDANCE_OF_LCM = 2;

  private MethodRules() {}

  /**
   * @throws DemofusionException BAD_REQUEST with one sentence that names both settings
   */
  public static void require(RenderSpec spec) {
    SourcePicture source = spec.source();
    require(spec, source == null ? null : source.strength());
  }

  /**
   * The same where the picture to start from was not read yet.
   *
   * @param strength that is asked for beside such a picture; null: none
   * @throws DemofusionException BAD_REQUEST with one sentence that names both settings
   */
  public static void require(RenderSpec spec, @Nullable Double strength) {
    requireExactReference(spec);
    requirePhases(spec, strength);
    boolean isBaseline =
        spec.method() == RenderMethod.DIRECT || spec.method() == RenderMethod.MULTIDIFFUSION;
    refuseIf(
        strength != null && isBaseline,
        "an image to start from",
        method(spec),
        "which begins with noise at the full size (method demofusion redraws images, at the model's"
            + " native size as any image to image does)");
    requireViews(spec);
    if (isOnTiles(spec)) {
      refuseDemoFusionsOwn(spec);
    }
    RegionNoise noise = spec.methodSettings().regionNoise();
    refuseIf(
        noise != null && OF_ONE_PHASE.contains(spec.method()),
        "region noise " + noise,
        method(spec),
        "which has no upscaling phase");
    requireGuidance(spec);
    refuseIf(
        !spec.regions().isEmpty() && spec.methodSettings().windows().interaction(),
        spec.regions().regions().size() + " regions",
        "window interaction",
        "whose views are mixtures of several places");
    requireConditions(spec);
    if (spec.method() == RenderMethod.FAST) {
      requireFewSteps(spec);
    }
    if (spec.method() == RenderMethod.SR) {
      requireUpscaling(spec, strength);
    }
  }

  private static void requireUpscaling(RenderSpec spec, @Nullable Double strength) {
    if (spec.methodSettings().upscaler() == null) {
      throw DemofusionException.badRequest(
          "method sr needs an upscaler, a super-resolution network in a .safetensors file (ESRGAN,"
              + " Real-ESRGAN or BSRGAN, 2 or 4 times): name one as upscaler");
    }
    if (strength != null) {
      throw DemofusionException.badRequest(
          "method sr does not redraw an image to start from: enlarge that with demofusion upscale");
    }
  }

  /** Conditioning sections 2.6 and 5.7. */
  private static void requireConditions(RenderSpec spec) {
    ConditionSettings conditions = spec.conditions();
    ControlRules.require(
        conditions,
        spec.methodSettings().windows().interaction(),
        OF_ONE_PHASE.contains(spec.method()) ? method(spec) : null);
    if (conditions.inpainting() == null) {
      return;
    }
    String drawn = "an image that is drawn anew in part (mask, outpaint)";
    refuseIf(spec.source() != null, drawn, "a source image", "which is drawn anew as a whole");
    refuseIf(
        spec.method() == RenderMethod.FAST,
        drawn,
        method(spec),
        "whose few steps do not lead back to what is kept");
    refuseIf(
        spec.method() == RenderMethod.SR, drawn, method(spec), "which enlarges all that it drew");
  }

  private static boolean isOnTiles(RenderSpec spec) {
    return spec.method() == RenderMethod.DETAIL || spec.method() == RenderMethod.FAST;
  }

  private static String method(RenderSpec spec) {
    return "method " + spec.method();
  }

  /** The released pipeline, oddities included, has nothing of what came later. */
  private static void requireExactReference(RenderSpec spec) {
    if (!spec.referenceOddities()) {
      return;
    }
    String why = "which is the released pipeline, without newer methods";
    refuseIf(
        isOnTiles(spec) || spec.method() == RenderMethod.SR, method(spec), "compat reference", why);
    refuseIf(
        !spec.regions().isEmpty(),
        spec.regions().regions().size() + " regions",
        "compat reference",
        why);
    requireReferenceConditions(spec.conditions(), why);
    for (Field<?> field : SWITCHES) {
      refuseIf(isSet(field, spec), words(field, spec), "compat reference", why);
    }
  }

  private static void requireReferenceConditions(ConditionSettings conditions, String why) {
    String reference = "compat reference";
    ControlRules.requireReference(conditions.controls(), reference, why);
    refuseIf(
        !conditions.adapters().isEmpty(),
        conditions.adapters().size() + " IP-Adapters",
        reference,
        why);
    refuseIf(conditions.inpainting() != null, "a mask or outpaint", reference, why);
  }

  private static void requirePhases(RenderSpec spec, @Nullable Double strength) {
    MethodSettings settings = spec.methodSettings();
    String phases = "phases " + settings.phases();
    boolean isLadder = settings.phases() != null;
    refuseIf(
        isLadder && OF_ONE_PHASE.contains(spec.method()),
        phases,
        method(spec),
        "which has one phase");
    refuseIf(
        isLadder && !spec.ablations().progressive(),
        phases,
        "no progressive",
        "which has no phases between the first and the last");
    boolean isOfPhases = settings.strengths() != null;
    String shares = "phase strength " + settings.strengths();
    refuseIf(
        isOfPhases && OF_ONE_PHASE.contains(spec.method()),
        shares,
        method(spec),
        "which has no upscaling phase");
    boolean isFast = spec.method() == RenderMethod.FAST;
    String fewSteps = "whose phases begin at the fast timestep";
    refuseIf(isOfPhases && isFast, shares, method(spec), fewSteps);
    refuseIf(
        isFast && strength != null && strength < 1, "strength " + strength, method(spec), fewSteps);
    refuseIf(
        isOfPhases && strength != null && strength < 1,
        shares,
        "strength " + strength,
        "which says the same of every phase");
  }

  private static void requireViews(RenderSpec spec) {
    WindowSettings windows = spec.methodSettings().windows();
    boolean isDirect = spec.method() == RenderMethod.DIRECT;
    String noTiles = "which has one view and no tiles";
    refuseIf(
        isDirect && windows.weights() != null,
        "window weights " + windows.weights(),
        method(spec),
        noTiles);
    refuseIf(
        isDirect && windows.spacing() != null,
        "window spacing " + windows.spacing(),
        method(spec),
        noTiles);
    refuseIf(
        windows.interaction() && spec.method() != RenderMethod.DEMOFUSION,
        "window interaction",
        method(spec),
        "which has no dilated views");
    refuseIf(
        windows.interaction() && !spec.ablations().dilated(),
        "window interaction",
        "no dilated",
        "which leaves no dilated views");
  }

  /**
   * Detail and fast have neither skip residual nor dilated views, and so none of their settings.
   */
  private static void refuseDemoFusionsOwn(RenderSpec spec) {
    for (String name :
        List.of(
            "skipResidual",
            "dilated",
            "gaussian",
            "sigma",
            "cosineScale1",
            "cosineScale2",
            "cosineScale3",
            "regionNoise")) {
      Field<?> field = RequestFields.named(name);
      refuseIf(
          isSet(field, spec),
          words(field, spec),
          method(spec),
          "which has no skip residual, dilated views or region noise");
    }
  }

  private static void requireGuidance(RenderSpec spec) {
    SplitSettings split = spec.methodSettings().split();
    Float high = split.high();
    if (high == null) {
      return;
    }
    String what = "guidance high " + high;
    refuseIf(
        OF_ONE_PHASE.contains(spec.method()), what, method(spec), "which has no upscaling phase");
    refuseIf(
        spec.method() == RenderMethod.FAST,
        what,
        method(spec),
        "whose upscaling phases are not guided");
    Float scale = spec.guidance().scale();
    refuseIf(scale != null && scale <= 1, what, "guidance " + scale, "which does not guide at all");
    boolean isWavelet = split.split() == GuidanceSplit.WAVELET;
    if (isWavelet && high < 1) {
      throw DemofusionException.badRequest(
          what + " must be at least 1, what guidance split wavelet guides the rest with");
    }
    if (!isWavelet && scale != null && high < scale) {
      throw DemofusionException.badRequest(
          what + " must be at least guidance " + scale + ": raise the one, or lower the other");
    }
  }

  private static void requireFewSteps(RenderSpec spec) {
    FastSettings fast = spec.methodSettings().fast();
    SchedulerKind scheduler = spec.scheduler();
    SchedulerKind refining = fast.scheduler();
    if (refining != null && !refining.solver().isOfFewSteps()) {
      throw DemofusionException.badRequest(
          "fast scheduler " + refining + " must be one of few steps: " + FewSteps.SCHEDULERS);
    }
    if (scheduler == null) {
      return; // the model's own, which is looked at with the model
    }
    boolean isOfFewSteps = scheduler.solver().isOfFewSteps();
    if (!isOfFewSteps && fast.lora() == null) {
      throw DemofusionException.badRequest(
          ("method fast with scheduler %s needs a few-step model: name its LoRA as fast LoRA, such"
                  + " as %s, or draw with a model that is one, such as %s, and its scheduler")
              .formatted(scheduler, FewSteps.LORAS, FewSteps.MODELS));
    }
    if (!isOfFewSteps && refining == null && fast.stepsOrStandard() > 1) {
      throw DemofusionException.badRequest(
          "fast steps %s with scheduler %s, which is not one of few steps, need a fast scheduler: %s"
              .formatted(fast.steps(), scheduler, FewSteps.SCHEDULERS));
    }
    Float scale = spec.guidance().scale();
    int most = scheduler.solver() == Solver.LCM ? MOST_GUIDANCE_OF_LCM : 1;
    if (isOfFewSteps && scale != null && scale > most && !keepsGuidance(spec)) {
      throw DemofusionException.badRequest(
          "guidance %s must be at most %s with scheduler %s in method fast, since few-step models"
                  .formatted(scale, most, scheduler)
              + " have their guidance in their weights");
    }
  }

  private static boolean keepsGuidance(RenderSpec spec) {
    return Stream.concat(
            Stream.ofNullable(spec.methodSettings().fast().lora()),
            spec.additions().loras().stream())
        .flatMap(lora -> FewStepFile.called(lora.name()).stream())
        .anyMatch(file -> file.mostGuidance() > MOST_GUIDANCE_OF_LCM);
  }

  private static boolean isSet(Field<?> field, RenderSpec spec) {
    return !Objects.equals(field.raw(JobRequest.of(spec)), field.raw(JobRequest.of(STANDARD)));
  }

  /** As its option has it: no dilated, sigma 0.5. */
  private static String words(Field<?> field, RenderSpec spec) {
    String name = String.valueOf(field.option()).substring("--".length()).replace('-', ' ');
    return field.jsonClass() == Boolean.class ? name : name + " " + field.raw(JobRequest.of(spec));
  }

  private static void refuseIf(boolean isBoth, String setting, String other, String why) {
    if (isBoth) {
      throw DemofusionException.badRequest(
          setting + " cannot be combined with " + other + ", " + why + ": leave one of them out");
    }
  }
}
