package demofusion.worker.model.memory;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.TextTowerConfig;
import demofusion.worker.model.folder.UnetActivations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * About how much memory a model takes on a device, in bytes, from its configuration alone.
 *
 * @param contextBytes that the device's own software takes before anything is computed
 * @param textBytes weights of all text towers
 * @param textForwardBytes of reading a prompt
 * @param groups the UNet's matrices, layer by layer in the order of a forward
 * @param castsMatrices whether they lie there in fewer bits than they are computed with
 * @param unetFixedBytes all of the UNet that is no matrix: it never leaves alone
 * @param sampleBytes of one sample of the native size in the UNet at the fullest moment
 * @param vaeBytes weights
 * @param pictureBytes of the largest piece that the VAE takes at once
 */
public record MemoryDemand(
    long contextBytes,
    long textBytes,
    long textForwardBytes,
    List<Group> groups,
    boolean castsMatrices,
    long unetFixedBytes,
    long sampleBytes,
    long vaeBytes,
    long pictureBytes) {
  /** A CUDA context, and the workspaces of cuBLAS and cuDNN. */
  private static final long CUDA_CONTEXT = 1L << 30;

  /** Input and output of the widest layer at full size, and what a convolution copies of them. */
  private static final int LIVE_ACTIVATIONS = 4;

  /** What is decoded whole is at least so large, in latent samples. */
  private static final int LEAST_PIECE = 96;

  private static final int TOKENS = 77;
  private static final int TEXT_COPIES = 8;

  private static final Pattern GROUP =
      Pattern.compile("(?:(?:down|up)_blocks\\.\\d+|mid_block)\\.\\w+\\.\\d+|[a-z_]+");

  /**
   * The matrices of one layer, which come and go together.
   *
   * @param matrices their names
   * @param largestBytes of the largest of them
   */
  public record Group(String layer, List<String> matrices, long bytes, long largestBytes) {
    public Group {
      matrices = List.copyOf(matrices);
    }
  }

  public MemoryDemand {
    groups = List.copyOf(groups);
  }

  public static MemoryDemand of(Architecture model, Precision precision, boolean onGpu) {
    Precision picture = model.vae().forceUpcast() ? Precision.FLOAT32 : precision;
    int side = Math.max(model.unet().sampleSize(), LEAST_PIECE);
    Map<String, List<Group>> layers = new LinkedHashMap<>();
    long fixed = 0;
    for (Map.Entry<String, int[]> weight : model.unetLayout().shapes().entrySet()) {
      int[] shape = weight.getValue();
      long size = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
      if (shape.length < 2) {
        fixed += size * precision.bytes();
      } else {
        long bytes = size * precision.weightBytes();
        layers
            .computeIfAbsent(layer(weight.getKey()), any -> new ArrayList<>())
            .add(new Group("", List.of(weight.getKey()), bytes, bytes));
        fixed += precision.weightBytes() < precision.bytes() ? (long) shape[0] * Short.BYTES : 0;
      }
    }
    List<Group> groups = new ArrayList<>();
    layers.forEach((layer, matrices) -> groups.add(together(layer, matrices)));
    return new MemoryDemand(
        onGpu ? CUDA_CONTEXT : 0,
        model.textParameters() * precision.bytes(),
        model.towers().stream().mapToLong(tower -> reading(tower, precision)).sum(),
        groups,
        precision.weightBytes() < precision.bytes(),
        fixed,
        sampleBytes(model, side(model), side(model), precision),
        model.vaeParameters() * picture.bytes(),
        pictureBytes(model, side, side, picture));
  }

  private static int side(Architecture model) {
    return model.unet().sampleSize();
  }

  /** Whose matrices come together. */
  static String layer(String weight) {
    Matcher matcher = GROUP.matcher(weight);
    return matcher.lookingAt() ? matcher.group() : weight;
  }

  private static Group together(String layer, List<Group> matrices) {
    return new Group(
        layer,
        matrices.stream().flatMap(one -> one.matrices().stream()).toList(),
        matrices.stream().mapToLong(Group::bytes).sum(),
        matrices.stream().mapToLong(Group::bytes).max().orElse(0));
  }

  private static long reading(TextTowerConfig tower, Precision precision) {
    return (long) TOKENS * tower.innerWidth() * TEXT_COPIES * precision.bytes();
  }

  /** Of one sample in the UNet, in latent samples. */
  public static long sampleBytes(Architecture model, int height, int width, Precision precision) {
    return UnetActivations.most(model.unet(), height, width) * precision.bytes();
  }

  /**
   * Of a piece of a picture in the VAE.
   *
   * @param height in latent samples
   * @param precision the VAE's own
   */
  public static long pictureBytes(Architecture model, int height, int width, Precision precision) {
    int[] channels = model.vae().channels();
    long factor = model.vae().scaleFactor();
    return LIVE_ACTIVATIONS
        * (long) channels[Math.min(1, channels.length - 1)]
        * factor
        * factor
        * height
        * width
        * precision.bytes();
  }

  public long matrixBytes() {
    return groups.stream().mapToLong(Group::bytes).sum();
  }

  public long unetBytes() {
    return unetFixedBytes + matrixBytes();
  }

  long largestMatrixBytes() {
    return groups.stream().mapToLong(Group::largestBytes).max().orElse(0);
  }

  /** What a matrix takes beside its place while it is computed with. */
  long passingBytes(boolean streams) {
    return largestMatrixBytes() * ((streams ? 1 : 0) + (castsMatrices ? Short.BYTES : 0));
  }

  /** All networks and nothing else. */
  public long weightBytes() {
    return textBytes + unetBytes() + vaeBytes;
  }
}
