package demofusion.deploy.plan;

import demofusion.protocol.model.Precision;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A GPU whose times are calculated: operations over the share of its peak rate that is reached.
 *
 * @param teraflops peak rate in the UNet's precision
 * @param efficiency the share of it that is reached
 * @param pictureTeraflops what is reached in the VAE's precision
 * @param memoryBytes 0: not known
 */
public record RatedGpu(
    String name, double teraflops, double efficiency, double pictureTeraflops, long memoryBytes)
    implements Device {
  /** Of GPUs that are not in the table. */
  static final double USUAL_EFFICIENCY = 0.35;

  /** Large convolutions in float32, as in the VAE: half of the peak. */
  private static final double FLOAT32_EFFICIENCY = 0.5;

  /** Where only one rate is given: float32 without tensor cores is so much slower. */
  private static final double FLOAT32_SHARE = 0.25;

  private static final double TERA = 1e12;

  /**
   * @param efficiency in place of the table's
   * @param picture the VAE's precision
   */
  static RatedGpu of(
      GpuRequest request, OptionalDouble efficiency, Precision unet, Precision picture) {
    Optional<Gpu> known = Gpu.named(request.name());
    double half = request.teraflops().orElseGet(() -> known.orElseThrow().float16Teraflops());
    double scale = known.map(gpu -> half / gpu.float16Teraflops()).orElse(1.0);
    double single = known.map(gpu -> gpu.float32Teraflops() * scale).orElse(FLOAT32_SHARE * half);
    double reached = efficiency.orElse(known.map(Gpu::efficiency).orElse(USUAL_EFFICIENCY));
    double singleReached = efficiency.orElse(FLOAT32_EFFICIENCY);
    boolean isSingle = unet == Precision.FLOAT32;
    return new RatedGpu(
        request.name(),
        isSingle ? single : half,
        isSingle ? singleReached : reached,
        picture == Precision.FLOAT32 ? single * singleReached : half * reached,
        known.map(Gpu::memoryBytes).orElse(0L));
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public double seconds(Piece piece) {
    double rate = piece.kind().isPicture() ? pictureTeraflops : teraflops * efficiency;
    return piece.flop() / (rate * TERA);
  }
}
