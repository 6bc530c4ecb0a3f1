package demofusion.protocol.api.request.method;

import demofusion.protocol.Range;
import org.jspecify.annotations.Nullable;

/**
 * All that a request may ask for beyond DemoFusion as its paper has it. A request with {@link
 * #NONE} draws what the paper says, bit for bit.
 *
 * @param phases the ladder; null: the method's own, 1,2,3,… in DemoFusion, doubling in detail and
 *     fast
 * @param strengths shares of steps; null: the method's own, 1 in DemoFusion, 0.4 in detail
 * @param regionNoise null: none
 * @param upscaler of the method sr; null: none
 * @param eta of the solver TCD, in [0, 1]; null: its own, 0.3
 */
public record MethodSettings(
    @Nullable PhaseScales phases,
    @Nullable PhaseStrengths strengths,
    WindowSettings windows,
    SplitSettings split,
    @Nullable RegionNoise regionNoise,
    DetailSettings detail,
    FastSettings fast,
    @Nullable UpscalerUse upscaler,
    @Nullable Double eta) {
  public static final Range ETA = new Range("eta", 0.0, 1.0);

  public static final MethodSettings NONE =
      new MethodSettings(
          null,
          null,
          WindowSettings.SILENT,
          SplitSettings.NONE,
          null,
          DetailSettings.STANDARD,
          FastSettings.SILENT,
          null,
          null);

  public MethodSettings {
    if (eta != null) {
      ETA.require(eta);
    }
  }

  public MethodSettings withPhases(@Nullable PhaseScales value) {
    return new MethodSettings(
        value, strengths, windows, split, regionNoise, detail, fast, upscaler, eta);
  }

  public MethodSettings withStrengths(@Nullable PhaseStrengths value) {
    return new MethodSettings(
        phases, value, windows, split, regionNoise, detail, fast, upscaler, eta);
  }

  public MethodSettings withWindows(WindowSettings value) {
    return new MethodSettings(
        phases, strengths, value, split, regionNoise, detail, fast, upscaler, eta);
  }

  public MethodSettings withSplit(SplitSettings value) {
    return new MethodSettings(
        phases, strengths, windows, value, regionNoise, detail, fast, upscaler, eta);
  }

  public MethodSettings withRegionNoise(@Nullable RegionNoise value) {
    return new MethodSettings(
        phases, strengths, windows, split, value, detail, fast, upscaler, eta);
  }

  public MethodSettings withDetail(DetailSettings value) {
    return new MethodSettings(
        phases, strengths, windows, split, regionNoise, value, fast, upscaler, eta);
  }

  public MethodSettings withFast(FastSettings value) {
    return new MethodSettings(
        phases, strengths, windows, split, regionNoise, detail, value, upscaler, eta);
  }

  public MethodSettings withUpscaler(@Nullable UpscalerUse value) {
    return new MethodSettings(
        phases, strengths, windows, split, regionNoise, detail, fast, value, eta);
  }

  public MethodSettings withEta(@Nullable Double value) {
    return new MethodSettings(
        phases, strengths, windows, split, regionNoise, detail, fast, upscaler, value);
  }
}
