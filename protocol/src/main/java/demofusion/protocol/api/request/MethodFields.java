package demofusion.protocol.api.request;

import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link RequestFields#ALL}: the methods detail and fast, with guidance that is split. The
 * ladder and its windows are in {@link LadderFields}.
 */
final class MethodFields {
  private static final List<SchedulerKind> FEW_STEP =
      Stream.of(Solver.values())
          .filter(Solver::isOfFewSteps)
          .map(solver -> new SchedulerKind(solver, null))
          .toList();

  static final List<Field<?>> ROWS =
      List.of(
          split(
                  "guidanceHigh",
                  FieldKind.number(Float.class, SplitSettings.HIGH),
                  SplitSettings::high,
                  (s, high) -> new SplitSettings(high, s.split()))
              .option("--guidance-high")
              .recorded("DemoFusion guidance high", 33)
              .guestArgument(29)
              .form(
                  FormGroup.SWITCHES,
                  "Guidance of details",
                  "Guidance scale of high frequencies in tiles: higher than the guidance scale is"
                      + " more detail and more contrast.")
              .otherwise("not split"),
          split(
                  "guidanceSplit",
                  FieldKind.choice(GuidanceSplit.class, GuidanceSplit::parse),
                  SplitSettings::split,
                  (s, split) -> new SplitSettings(s.high(), split))
              .option("--guidance-split")
              .recorded("DemoFusion guidance split", 34)
              .recordedIf(MethodFields::isSplitSaid)
              .guestArgument(30)
              .form(
                  FormGroup.SWITCHES,
                  "Split of guidance",
                  "What counts as detail: fa, what the phase before could not hold, or wavelet,"
                      + " where the rest is guided with 1."),
          detail(
                  "structureCutoff",
                  FieldKind.number(Double.class, DetailSettings.CUTOFF),
                  DetailSettings::structureCutoff,
                  (d, cutoff) ->
                      new DetailSettings(cutoff, d.frequencyMixing(), d.structureGuidance()))
              .option("--structure-cutoff")
              .recorded("DemoFusion structure cutoff", 36)
              .guestArgument(32)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Structure cutoff",
                  "Detail: share of the side at which structure is kept. Larger holds more of the"
                      + " phase before.")
              .otherwise("the model’s own, else 0.125")
              .recommendable(spec -> spec.method() == RenderMethod.DETAIL),
          part(
                  "frequencyMixing",
                  "frequency-mixing",
                  DetailSettings::frequencyMixing,
                  (d, on) -> new DetailSettings(d.structureCutoff(), on, d.structureGuidance()))
              .guestArgument(33)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Frequency mixing",
                  "Detail: begin with the structure of the latents and the details of the image"
                      + " before."),
          part(
                  "structureGuidance",
                  "structure-guidance",
                  DetailSettings::structureGuidance,
                  (d, on) -> new DetailSettings(d.structureCutoff(), d.frequencyMixing(), on))
              .guestArgument(34)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Structure guidance",
                  "Detail: pull every step to the structure of the phase before."),
          fast(
                  "fastLora",
                  FieldKind.lora(),
                  FastSettings::lora,
                  (f, lora) ->
                      new FastSettings(
                          lora,
                          f.inversion(),
                          f.timestep(),
                          f.steps(),
                          f.scheduler(),
                          f.injection()))
              .option("--fast-lora")
              .recorded("DemoFusion fast LoRA", 38)
              .guestArgument(35)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Few-step LoRA",
                  "Fast: the LoRA that makes the model a few-step one in upscaling phases, as"
                      + " NAME:WEIGHT.")
              .otherwise("the model is a few-step one")
              .example("lightning-4step"),
          fast(
                  "inversion",
                  FieldKind.choice(Inversion.class, Inversion::parse),
                  FastSettings::inversion,
                  (f, inversion) ->
                      new FastSettings(
                          f.lora(),
                          inversion,
                          f.timestep(),
                          f.steps(),
                          f.scheduler(),
                          f.injection()))
              .option("--inversion")
              .recorded("DemoFusion inversion", 39)
              .guestArgument(36)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Inversion",
                  "Fast: how phases come from an image to noise: ddim, as the model predicts it, or"
                      + " noise, at random and without a forward pass.")
              .otherwise("ddim"),
          fast(
                  "fastTimestep",
                  FieldKind.whole(FastSettings.TIMESTEP),
                  FastSettings::timestep,
                  (f, timestep) ->
                      new FastSettings(
                          f.lora(),
                          f.inversion(),
                          timestep,
                          f.steps(),
                          f.scheduler(),
                          f.injection()))
              .option("--fast-timestep")
              .recorded("DemoFusion fast timestep", 40)
              .guestArgument(37)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Fast timestep",
                  "Fast: the timestep that upscaling phases begin at. Higher redraws more.")
              .otherwise("249; with lcm and tcd 259"),
          fast(
                  "fastSteps",
                  FieldKind.whole(FastSettings.STEPS),
                  FastSettings::steps,
                  (f, steps) ->
                      new FastSettings(
                          f.lora(),
                          f.inversion(),
                          f.timestep(),
                          steps,
                          f.scheduler(),
                          f.injection()))
              .option("--fast-steps")
              .recorded("DemoFusion fast steps", 41)
              .guestArgument(38)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Fast steps",
                  "Fast: refining steps of each upscaling phase.")
              .otherwise("1"),
          fast(
                  "fastScheduler",
                  FieldKind.choice(FEW_STEP, SchedulerKind::parse),
                  FastSettings::scheduler,
                  (f, scheduler) ->
                      new FastSettings(
                          f.lora(),
                          f.inversion(),
                          f.timestep(),
                          f.steps(),
                          scheduler,
                          f.injection()))
              .option("--fast-scheduler")
              .recorded("DemoFusion fast scheduler", 42)
              .guestArgument(39)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Fast scheduler",
                  "Fast: the solver of refining steps, where there is more than one.")
              .otherwise("the scheduler"),
          fast(
                  "injection",
                  FieldKind.number(Double.class, FastSettings.INJECTION),
                  FastSettings::injection,
                  (f, injection) ->
                      new FastSettings(
                          f.lora(),
                          f.inversion(),
                          f.timestep(),
                          f.steps(),
                          f.scheduler(),
                          injection))
              .option("--injection")
              .recorded("DemoFusion injection", 43)
              .guestArgument(40)
              .form(
                  FormGroup.DETAIL_AND_FAST,
                  "Injection",
                  "Fast: weight of the prediction against new noise. Lower is more texture and more"
                      + " grain.")
              .otherwise("0.95"),
          LadderFields.<Double>settings(
                  "eta",
                  FieldKind.number(Double.class, MethodSettings.ETA),
                  MethodSettings::eta,
                  MethodSettings::withEta)
              .option("--eta")
              .recorded("DemoFusion eta", 44)
              .guestArgument(41)
              .form(
                  FormGroup.SAMPLING,
                  "Eta",
                  "How much of its noise the scheduler tcd draws anew at each step.")
              .otherwise("0.3"));

  private MethodFields() {}

  private static boolean isSplitSaid(RenderSpec spec) {
    SplitSettings split = spec.methodSettings().split();
    return split.high() != null || split.split() != SplitSettings.NONE.split();
  }

  private static <T> Field<T> split(
      String name,
      FieldKind<?, T> kind,
      Function<SplitSettings, @Nullable T> get,
      BiFunction<SplitSettings, T, SplitSettings> set) {
    return LadderFields.settings(
        name,
        kind,
        settings -> get.apply(settings.split()),
        (settings, value) -> settings.withSplit(set.apply(settings.split(), value)));
  }

  private static <T> Field<T> detail(
      String name,
      FieldKind<?, T> kind,
      Function<DetailSettings, @Nullable T> get,
      BiFunction<DetailSettings, T, DetailSettings> set) {
    return LadderFields.settings(
        name,
        kind,
        settings -> get.apply(settings.detail()),
        (settings, value) -> settings.withDetail(set.apply(settings.detail(), value)));
  }

  private static <T> Field<T> fast(
      String name,
      FieldKind<?, T> kind,
      Function<FastSettings, @Nullable T> get,
      BiFunction<FastSettings, T, FastSettings> set) {
    return LadderFields.settings(
        name,
        kind,
        settings -> get.apply(settings.fast()),
        (settings, value) -> settings.withFast(set.apply(settings.fast(), value)));
  }

  /**
   * A part of detail that can be switched off.
   *
   * @param word for it, as {@link DemoFusionFields} has its parts'
   */
  private static Field<Boolean> part(
      String name,
      String word,
      Function<DetailSettings, Boolean> get,
      BiFunction<DetailSettings, Boolean, DetailSettings> set) {
    return MethodFields.<Boolean>detail(
            name, FieldKind.flag(), settings -> get.apply(settings), set)
        .option("--no-" + word)
        .recorded("DemoFusion detail without", 37)
        .recordedAs(
            spec -> get.apply(spec.methodSettings().detail()) ? null : word,
            off -> List.of(off.split(" ", -1)).contains(word) ? "true" : null)
        .compared();
  }
}
