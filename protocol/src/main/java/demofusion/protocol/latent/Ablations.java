package demofusion.protocol.latent;

/**
 * DemoFusion's parts, each of which can be switched off to see what it does ({@code --no-…}). True
 * means on.
 */
public record Ablations(
    boolean skipResidual, boolean dilated, boolean progressive, boolean gaussian, boolean jitter) {
  /** The whole algorithm. */
  public static Ablations none() {
    return new Ablations(true, true, true, true, true);
  }
}
