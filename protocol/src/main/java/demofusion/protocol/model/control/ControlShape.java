package demofusion.protocol.model.control;

import demofusion.protocol.model.UnetShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How large a ControlNet is (conditioning section 2.1): all that differs between files of the
 * architecture. Its blocks are those of a UNet's first half.
 *
 * @param latentChannels of the latent that it sees, 4
 * @param levels from the picture inwards
 * @param middle transformer layers after each resnet of the middle; 0: no attention
 * @param timeWidth width of the time embedding
 * @param contextWidth width of the text's states; 0 where nothing attends to them
 * @param addedWidth pooled text and sizes side by side, as SDXL is told them; 0 without
 * @param linearProjection whether transformers are entered through a matrix, not a convolution
 * @param hintWidths channels of the convolutions that read the picture: 16, 32, 96, 256
 * @param unionTypes how many types of control a union has; 0: it is none
 * @param unionWidth of the numbers that a union is told its types with, all together
 */
public record ControlShape(
    int latentChannels,
    List<Level> levels,
    List<Integer> middle,
    int timeWidth,
    int contextWidth,
    int addedWidth,
    boolean linearProjection,
    List<Integer> hintWidths,
    int unionTypes,
    int unionWidth) {
  private static final int SD1_CONTEXT = 768;
  private static final int SD2_CONTEXT = 1024;
  private static final int SDXL_CONTEXT = 2048;

  /** Of SDXL's at 1024 pixels and of SD 1's at 512, in one half of guidance (section 2.6). */
  private static final double SDXL_UNET_FLOP = 6.76e12;

  private static final double SD_UNET_FLOP = 0.803e12;
  private static final int SDXL_SIDE = 128;
  private static final int SD_SIDE = 64;

  /**
   * Resnets at one resolution.
   *
   * @param width channels
   * @param depths transformer layers after each resnet; 0: no attention
   */
  public record Level(int width, List<Integer> depths) {
    public Level {
      depths = List.copyOf(depths);
    }
  }

  public ControlShape {
    levels = List.copyOf(levels);
    middle = List.copyOf(middle);
    hintWidths = List.copyOf(hintWidths);
  }

  /** Channels of the first convolution. */
  public int outerWidth() {
    return levels.get(0).width();
  }

  /** Channels of the last level and of the middle. */
  public int innerWidth() {
    return levels.get(levels.size() - 1).width();
  }

  public boolean isUnion() {
    return unionTypes > 0;
  }

  /** Channels of all that it adds to a UNet: to each skip connection, last behind the middle. */
  public List<Integer> outputs() {
    List<Integer> outputs = new ArrayList<>(List.of(outerWidth()));
    for (int n = 0; n < levels.size(); n++) {
      Level level = levels.get(n);
      boolean isLast = n == levels.size() - 1;
      int count = level.depths().size() + (isLast ? 0 : 1); // and the downsampler
      for (int j = 0; j < count; j++) {
        outputs.add(level.width());
      }
    }
    outputs.add(innerWidth());
    return outputs;
  }

  /** The UNet that it was made for. */
  public UnetShape unet() {
    return new UnetShape(contextWidth, outputs());
  }

  /** The model that it was made for. */
  public String madeFor() {
    return unet().title();
  }

  /** Also of the small ones, which attend to nothing. */
  private boolean isSdxl() {
    return contextWidth == SDXL_CONTEXT || (contextWidth == 0 && addedWidth > 0);
  }

  /** All tensors by diffusers' names, in the order of the network, each with its shape. */
  public Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    ControlLayers.of(this).forEach(layer -> tensors.put(layer.name(), layer.shape()));
    return tensors;
  }

  /**
   * Floating-point operations of one evaluation of one half of guidance.
   *
   * @param side of the latent, in latent samples
   */
  public double flop(int side) {
    return ControlLayers.of(this).stream().mapToDouble(layer -> layer.flop(side)).sum();
  }

  /**
   * Of one evaluation beside one of the UNet that it was made for, at its native size; what was
   * made for none that is known is taken for as large beside its own as SDXL's is.
   */
  public double cost() {
    if (isSdxl()) {
      return flop(SDXL_SIDE) / SDXL_UNET_FLOP;
    }
    return contextWidth == SD1_CONTEXT || contextWidth == SD2_CONTEXT
        ? flop(SD_SIDE) / SD_UNET_FLOP
        : 0.45;
  }
}
