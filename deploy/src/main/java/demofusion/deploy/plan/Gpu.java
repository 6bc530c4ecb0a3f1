package demofusion.deploy.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * GPUs that can be planned for by name: peak rates of dense float16 matrices (summed in float32)
 * and of float32, in TFLOP/s, from the makers' data sheets; and the share of the former that SDXL's
 * UNet is assumed to reach. The shares are assumptions, from what others report of PyTorch without
 * compilation; this project has measured none of them.
 */
public enum Gpu {
  RTX_3090("3090", 71, 35.6, 24, 0.60),
  RTX_4090("4090", 165, 82.6, 24, 0.60),
  RTX_5090("5090", 210, 104.8, 32, 0.55),
  RTX_A6000("a6000", 155, 38.7, 48, 0.40),
  T4("t4", 65, 8.1, 16, 0.35),
  L4("l4", 121, 30.3, 24, 0.30),
  L40S("l40s", 362, 91.6, 48, 0.30),
  A10("a10", 125, 31.2, 24, 0.35),
  A100("a100", 312, 19.5, 80, 0.38),
  H100("h100", 989, 67, 80, 0.20),
  H200("h200", 989, 67, 140, 0.20);

  private final String word;
  private final double float16Teraflops;
  private final double float32Teraflops;
  private final int memoryGibibytes;
  private final double efficiency;

  Gpu(
      String word,
      double float16Teraflops,
      double float32Teraflops,
      int memoryGibibytes,
      double efficiency) {
    this.word = word;
    this.float16Teraflops = float16Teraflops;
    this.float32Teraflops = float32Teraflops;
    this.memoryGibibytes = memoryGibibytes;
    this.efficiency = efficiency;
  }

  static Optional<Gpu> named(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(gpu -> gpu.word.equals(wanted)).findFirst();
  }

  /** All names, with commas. */
  static String names() {
    return Arrays.stream(values()).map(gpu -> gpu.word).collect(Collectors.joining(", "));
  }

  double float16Teraflops() {
    return float16Teraflops;
  }

  double float32Teraflops() {
    return float32Teraflops;
  }

  long memoryBytes() {
    return (long) memoryGibibytes << 30;
  }

  double efficiency() {
    return efficiency;
  }
}
