package demofusion.protocol.api.request;

import demofusion.protocol.Range;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Rows of {@link RequestFields#ALL}: DemoFusion's own settings, its parts, and the baselines. */
final class DemoFusionFields {
  static final List<Field<?>> ROWS =
      List.of(
          Field.ofSpec(
                  "stride",
                  // The model's window says how large it may really be.
                  FieldKind.whole(new Range("stride", 1, 4096)),
                  RenderSpec::stride,
                  RenderSpec.Builder::stride)
              .option("--stride")
              .recorded("DemoFusion stride", 16)
              .recordedIf(spec -> spec.method() != RenderMethod.DIRECT)
              .guestArgument(1)
              .form(
                  FormGroup.DEMOFUSION,
                  "Stride",
                  "Distance between tiles, in latent samples. Smaller means more overlap: smoother"
                      + " and slower.")
              .otherwise("half the window, in detail and fast three quarters")
              .studied()
              .recommendable(),
          Field.ofSpec(
                  "viewBatch",
                  FieldKind.parsed(ViewBatchSize::parse, "half|\\d{1,2}"),
                  RenderSpec::unit,
                  RenderSpec.Builder::unit)
              .option("--view-batch")
              .recorded("DemoFusion unit", 15)
              .guestArgument(2)
              .form(
                  FormGroup.DEMOFUSION,
                  "Tiles per batch",
                  "How many tiles go through the UNet at once, or half: one guidance half of a"
                      + " tile. It changes the last bits of the image.")
              .otherwise("chosen by model and size")
              .suggesting("1", "2", "4", "8", "16", "half")
              .example("4"),
          fusion(
                  "sigma",
                  FusionSettings.SIGMA,
                  FusionSettings::sigma,
                  (f, sigma) ->
                      new FusionSettings(
                          sigma, f.cosineScale1(), f.cosineScale2(), f.cosineScale3()))
              .option("--sigma")
              .recorded("DemoFusion sigma", 17)
              .guestArgument(3)
              .form(
                  FormGroup.DEMOFUSION,
                  "Gaussian sigma",
                  "Width of the Gaussian blur before dilated sampling, in latent samples."),
          fusion(
                  "cosineScale1",
                  FusionSettings.COSINE_SCALE_1,
                  FusionSettings::cosineScale1,
                  (f, scale) ->
                      new FusionSettings(f.sigma(), scale, f.cosineScale2(), f.cosineScale3()))
              .option("--cosine-scale-1")
              .recorded("DemoFusion cosine 1", 18)
              .guestArgument(4)
              .form(
                  FormGroup.DEMOFUSION,
                  "Skip residual decay",
                  "Exponent of the skip residual’s weight: higher lets go of the phase before"
                      + " sooner.")
              .studied(),
          fusion(
                  "cosineScale2",
                  FusionSettings.COSINE_SCALE_2,
                  FusionSettings::cosineScale2,
                  (f, scale) ->
                      new FusionSettings(f.sigma(), f.cosineScale1(), scale, f.cosineScale3()))
              .option("--cosine-scale-2")
              .recorded("DemoFusion cosine 2", 19)
              .guestArgument(5)
              .form(
                  FormGroup.DEMOFUSION,
                  "Dilated sampling decay",
                  "Exponent of the dilated paths’ weight: higher turns from the whole image to"
                      + " details sooner."),
          fusion(
                  "cosineScale3",
                  FusionSettings.COSINE_SCALE_3,
                  FusionSettings::cosineScale3,
                  (f, scale) ->
                      new FusionSettings(f.sigma(), f.cosineScale1(), f.cosineScale2(), scale))
              .option("--cosine-scale-3")
              .recorded("DemoFusion cosine 3", 20)
              .guestArgument(6)
              .form(
                  FormGroup.DEMOFUSION,
                  "Gaussian decay",
                  "Exponent of the Gaussian’s width: higher makes the blur fade sooner."),
          Field.ofSpec(
                  "method",
                  FieldKind.choice(RenderMethod.class, RenderMethod::parse),
                  RenderSpec::method,
                  RenderSpec.Builder::method)
              .option("--method")
              .recorded("DemoFusion method", 14)
              .guestArgument(7)
              .form(
                  FormGroup.DEMOFUSION,
                  "Method",
                  "DemoFusion, a newer method (detail, fast, sr), or one of the two baselines to compare"
                      + " with (multidiffusion, direct).")
              .compared(),
          part(
                  "skipResidual",
                  "skip-residual",
                  DemoFusionParts::skipResidual,
                  (p, on) ->
                      new DemoFusionParts(
                          on, p.dilated(), p.progressive(), p.gaussian(), p.jitter()))
              .guestArgument(8)
              .form(
                  FormGroup.DEMOFUSION,
                  "Skip residual",
                  "Guide each phase with the latents of the phase before."),
          part(
                  "dilated",
                  "dilated",
                  DemoFusionParts::dilated,
                  (p, on) ->
                      new DemoFusionParts(
                          p.skipResidual(), on, p.progressive(), p.gaussian(), p.jitter()))
              .guestArgument(9)
              .form(
                  FormGroup.DEMOFUSION,
                  "Dilated sampling",
                  "Look at the whole image too, so that objects are not repeated."),
          part(
                  "progressive",
                  "progressive",
                  DemoFusionParts::progressive,
                  (p, on) ->
                      new DemoFusionParts(
                          p.skipResidual(), p.dilated(), on, p.gaussian(), p.jitter()))
              .guestArgument(10)
              .form(
                  FormGroup.DEMOFUSION,
                  "Progressive upscaling",
                  "Go through all sizes in between instead of jumping to the last."),
          part(
                  "gaussian",
                  "gaussian",
                  DemoFusionParts::gaussian,
                  (p, on) ->
                      new DemoFusionParts(
                          p.skipResidual(), p.dilated(), p.progressive(), on, p.jitter()))
              .guestArgument(11)
              .form(
                  FormGroup.DEMOFUSION,
                  "Gaussian blur",
                  "Blur before dilated sampling, which reduces grain."),
          part(
                  "jitter",
                  "jitter",
                  DemoFusionParts::jitter,
                  (p, on) ->
                      new DemoFusionParts(
                          p.skipResidual(), p.dilated(), p.progressive(), p.gaussian(), on))
              .guestArgument(12)
              .form(
                  FormGroup.DEMOFUSION,
                  "Random jitter",
                  "Shift the tiles a little at every step, so that no seams show."));

  private DemoFusionFields() {}

  private static Field<Double> fusion(
      String name,
      Range range,
      Function<FusionSettings, Double> get,
      BiFunction<FusionSettings, Double, FusionSettings> set) {
    return Field.ofSpec(
            name,
            FieldKind.number(Double.class, range),
            spec -> get.apply(spec.fusion()),
            (builder, value) -> builder.fusion(set.apply(builder.fusion, value)))
        .recordedIf(spec -> spec.method() == RenderMethod.DEMOFUSION);
  }

  /**
   * A part that can be switched off.
   *
   * @param word for it, in its option and in a picture's text, which has one setting for all parts
   *     that are off
   */
  private static Field<Boolean> part(
      String name,
      String word,
      Function<DemoFusionParts, Boolean> get,
      BiFunction<DemoFusionParts, Boolean, DemoFusionParts> set) {
    return Field.ofSpec(
            name,
            FieldKind.flag(),
            spec -> get.apply(spec.ablations()),
            (builder, on) -> builder.ablations(set.apply(builder.ablations, on)))
        .option("--no-" + word)
        .recorded("DemoFusion without", 21)
        .recordedAs(
            spec -> get.apply(spec.ablations()) ? null : word,
            off -> List.of(off.split(" ", -1)).contains(word) ? "true" : null)
        .compared();
  }
}
