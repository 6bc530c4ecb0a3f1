package demofusion.protocol.api.request.method;

/**
 * DemoFusion's parts, each of which can be switched off to see what it does ({@code --no-…}). True
 * means on.
 */
public record DemoFusionParts(
    boolean skipResidual, boolean dilated, boolean progressive, boolean gaussian, boolean jitter) {
  /** The whole algorithm. */
  public static DemoFusionParts all() {
    return new DemoFusionParts(true, true, true, true, true);
  }
}
