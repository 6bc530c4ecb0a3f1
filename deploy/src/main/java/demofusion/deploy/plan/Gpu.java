package demofusion.deploy.plan;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * GPUs that can be planned for by name: peak rates of dense float16 matrices (summed in float32)
 * and of float32, in TFLOP/s, from the makers' data sheets; and the share of the former that SDXL's
 * UNet is assumed to reach. The shares are assumptions, from what others report of PyTorch without
 * compilation; this project has measured none of them.
 */
public enum Gpu {
  V100("v100", 125, 15.7, 32, 0.35),
  RTX_3060("3060", 25.5, 12.7, 12, 0.60),
  RTX_3060_TI("3060-ti", 32.4, 16.2, 8, 0.60),
  RTX_3070("3070", 40.6, 20.3, 8, 0.60),
  RTX_3080("3080", 59.5, 29.8, 10, 0.60),
  RTX_3080_TI("3080-ti", 68.2, 34.1, 12, 0.60),
  RTX_3090("3090", 71, 35.6, 24, 0.60),
  RTX_3090_TI("3090-ti", 80, 40, 24, 0.60),
  RTX_4060("4060", 30.2, 15.1, 8, 0.60),
  RTX_4060_TI("4060-ti", 44.1, 22.1, 8, 0.60),
  RTX_4070("4070", 58.3, 29.1, 12, 0.60),
  RTX_4070_SUPER("4070-super", 71, 35.5, 12, 0.60),
  RTX_4070_TI("4070-ti", 80.2, 40.1, 12, 0.60),
  RTX_4070_TI_SUPER("4070-ti-super", 88.2, 44.1, 16, 0.60),
  RTX_4080("4080", 97.5, 48.7, 16, 0.60),
  RTX_4080_SUPER("4080-super", 104.4, 52.2, 16, 0.60),
  RTX_4090("4090", 165, 82.6, 24, 0.60),
  RTX_5060_TI("5060-ti", 47.4, 23.7, 16, 0.55),
  RTX_5070("5070", 61.7, 30.9, 12, 0.55),
  RTX_5070_TI("5070-ti", 87.9, 43.9, 16, 0.55),
  RTX_5080("5080", 112.6, 56.3, 16, 0.55),
  RTX_5090("5090", 210, 104.8, 32, 0.55),
  RTX_A4000("a4000", 76.7, 19.2, 16, 0.40),
  RTX_A5000("a5000", 111, 27.8, 24, 0.40),
  RTX_A6000("a6000", 155, 38.7, 48, 0.40),
  RTX_6000_ADA("6000-ada", 364, 91.1, 48, 0.30),
  RTX_PRO_6000("pro-6000", 504, 126, 96, 0.30),
  T4("t4", 65, 8.1, 16, 0.35),
  L4("l4", 121, 30.3, 24, 0.30),
  L40("l40", 181, 90.5, 48, 0.40),
  L40S("l40s", 362, 91.6, 48, 0.30),
  A10("a10", 125, 31.2, 24, 0.35),
  A30("a30", 165, 10.3, 24, 0.38),
  A40("a40", 150, 37.4, 48, 0.40),
  A100("a100", 312, 19.5, 80, 0.38),
  H100("h100", 989, 67, 80, 0.20),
  H200("h200", 989, 67, 140, 0.20),
  B200("b200", 2250, 75, 180, 0.15);

  /** Behind a name, these make it another GPU. */
  private static final Set<String> OTHER = Set.of("ti", "super", "d", "laptop", "max", "mobile");

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

  /**
   * The GPU that a driver calls so, for example NVIDIA GeForce RTX 3090 or NVIDIA H100 80GB HBM3:
   * the longest name of the table that stands in it. What differs by a word behind that, as a
   * laptop's does, is another GPU.
   */
  static Optional<Gpu> ofProduct(String product) {
    List<String> words = List.of(product.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
    return Arrays.stream(values())
        .filter(gpu -> gpu.isIn(words))
        .max(Comparator.comparingInt(gpu -> gpu.word.length()));
  }

  private boolean isIn(List<String> words) {
    List<String> own = List.of(word.split("-"));
    int at = Collections.indexOfSubList(words, own);
    int behind = at + own.size();
    return at >= 0 && (behind == words.size() || !OTHER.contains(words.get(behind)));
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
