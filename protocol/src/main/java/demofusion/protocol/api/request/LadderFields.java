package demofusion.protocol.api.request;

import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link RequestFields#ALL}: the ladder of phases, how their windows lie, and what phases
 * begin with.
 */
final class LadderFields {
  private static final String NUMBER = "[0-9.eE+-]+";

  static final List<Field<?>> ROWS =
      List.of(
          LadderFields.<PhaseScales>settings(
                  "phases",
                  FieldKind.parsed(PhaseScales::parse, "\\d+(,\\d+)*"),
                  MethodSettings::phases,
                  MethodSettings::withPhases)
              .option("--phases")
              .recorded("DemoFusion phases", 28)
              .guestArgument(24)
              .form(
                  FormGroup.SWITCHES,
                  "Phases",
                  "Sizes that the image grows through, as multiples of the native size: 1,2,4"
                      + " leaves out 3.")
              .otherwise("all of them, or doubling in detail and fast")
              .example("1,2,4"),
          LadderFields.<PhaseStrengths>settings(
                  "phaseStrength",
                  FieldKind.parsed(PhaseStrengths::parse, NUMBER + "(," + NUMBER + ")*"),
                  MethodSettings::strengths,
                  MethodSettings::withStrengths)
              .option("--phase-strength")
              .recorded("DemoFusion phase strength", 29)
              .guestArgument(25)
              .form(
                  FormGroup.SWITCHES,
                  "Phase strength",
                  "Share of its steps that each upscaling phase makes, the last value for all that"
                      + " follow. Less is faster and keeps more of the phase before.")
              .otherwise("1, in detail 0.4")
              .example("0.6,0.4"),
          windows(
                  "windowWeights",
                  FieldKind.choice(WindowWeights.class, WindowWeights::parse),
                  WindowSettings::weights,
                  (w, weights) -> new WindowSettings(weights, w.spacing(), w.interaction()))
              .option("--window-weights")
              .recorded("DemoFusion window weights", 30)
              .guestArgument(26)
              .form(
                  FormGroup.SWITCHES,
                  "Window weights",
                  "How tiles are blended where they overlap. Cosine shows no seams even with wide"
                      + " strides.")
              .otherwise("uniform, or cosine in detail and fast"),
          windows(
                  "windowSpacing",
                  FieldKind.choice(WindowSpacing.class, WindowSpacing::parse),
                  WindowSettings::spacing,
                  (w, spacing) -> new WindowSettings(w.weights(), spacing, w.interaction()))
              .option("--window-spacing")
              .recorded("DemoFusion window spacing", 31)
              .guestArgument(27)
              .form(
                  FormGroup.SWITCHES,
                  "Window spacing",
                  "Where tiles lie: reference, every stride and the last one moved back, or even,"
                      + " all as far apart.")
              .otherwise("reference, or even in detail and fast"),
          windows(
                  "windowInteraction",
                  FieldKind.flag(),
                  WindowSettings::interaction,
                  (w, on) -> new WindowSettings(w.weights(), w.spacing(), on))
              .option("--window-interaction")
              .recorded("DemoFusion window interaction", 32)
              .recordedAs(
                  spec -> spec.methodSettings().windows().interaction() ? "true" : null,
                  text -> text)
              .guestArgument(28)
              .form(
                  FormGroup.SWITCHES,
                  "Window interaction",
                  "Let dilated views exchange samples (AccDiffusion), so that objects are not"
                      + " repeated. Costs no extra forward pass."),
          LadderFields.<RegionNoise>settings(
                  "regionNoise",
                  FieldKind.parsed(RegionNoise::parse, NUMBER + "," + NUMBER),
                  MethodSettings::regionNoise,
                  MethodSettings::withRegionNoise)
              .option("--region-noise")
              .recorded("DemoFusion region noise", 35)
              .guestArgument(31)
              .form(
                  FormGroup.SWITCHES,
                  "Region noise",
                  "Noise where the phase before has edges (LSRNA), as MIN,MAX: more details there.")
              .otherwise("none")
              .example("0,1.2"));

  private LadderFields() {}

  /** A field of {@link MethodSettings}. */
  static <T> Field<T> settings(
      String name,
      FieldKind<?, T> kind,
      Function<MethodSettings, @Nullable T> get,
      BiFunction<MethodSettings, T, MethodSettings> set) {
    return Field.ofSpec(
        name,
        kind,
        spec -> get.apply(spec.methodSettings()),
        (builder, value) -> builder.methodSettings(set.apply(builder.methodSettings, value)));
  }

  private static <T> Field<T> windows(
      String name,
      FieldKind<?, T> kind,
      Function<WindowSettings, @Nullable T> get,
      BiFunction<WindowSettings, T, WindowSettings> set) {
    return settings(
        name,
        kind,
        settings -> get.apply(settings.windows()),
        (settings, value) -> settings.withWindows(set.apply(settings.windows(), value)));
  }
}
