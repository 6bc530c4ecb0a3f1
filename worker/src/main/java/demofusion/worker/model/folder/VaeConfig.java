package demofusion.worker.model.folder;

import java.util.Collections;
import java.util.List;

/**
 * vae/config.json: diffusers' AutoencoderKL.
 *
 * @param channels per resolution, from the picture inwards
 * @param resnets per resolution in the encoder; the decoder has one more
 * @param scalingFactor latent = (encoded − shift)·scalingFactor
 * @param shiftFactor 0 for SDXL
 * @param latentsMean per channel, replaces the shift where it is given; else empty
 * @param latentsDeviation per channel, divides the latent where it is given; else empty
 * @param forceUpcast whether half precision overflows in it
 */
public record VaeConfig(
    int[] channels,
    int resnets,
    int groups,
    int latentChannels,
    double scalingFactor,
    double shiftFactor,
    float[] latentsMean,
    float[] latentsDeviation,
    boolean forceUpcast,
    boolean quantConvolution,
    boolean postQuantConvolution,
    boolean middleAttention) {

  /** f, pixels per latent sample on a side. */
  public int scaleFactor() {
    return 1 << (channels.length - 1);
  }

  /** What decoding divides by, per channel. */
  public float[] latentScale() {
    float[] scale = new float[latentChannels];
    for (int c = 0; c < latentChannels; c++) {
      double deviation = latentsDeviation.length == 0 ? 1 : latentsDeviation[c];
      scale[c] = (float) (scalingFactor / deviation);
    }
    return scale;
  }

  /** What decoding then adds, per channel. */
  public float[] latentShift() {
    float[] shift = new float[latentChannels];
    for (int c = 0; c < latentChannels; c++) {
      shift[c] = latentsMean.length == 0 ? (float) shiftFactor : latentsMean[c];
    }
    return shift;
  }

  /** The same in a family whose VAEs do not overflow in half precision. */
  public VaeConfig withoutUpcast() {
    return new VaeConfig(
        channels,
        resnets,
        groups,
        latentChannels,
        scalingFactor,
        shiftFactor,
        latentsMean,
        latentsDeviation,
        false,
        quantConvolution,
        postQuantConvolution,
        middleAttention);
  }

  public static VaeConfig read(ConfigFile file) {
    file.requireOneOfOrNone("_class_name", "AutoencoderKL");
    file.requireOneOf("act_fn", "silu", "swish");
    file.requireOneOf("in_channels", 3);
    file.requireOneOf("out_channels", 3);
    int[] channels = file.integers("block_out_channels", 64);
    if (channels.length > 8) {
      throw file.wrong("block_out_channels", "must have at most 8 resolutions");
    }
    for (String key : List.of("down_block_types", "up_block_types")) {
      String known = key.startsWith("down") ? "DownEncoderBlock2D" : "UpDecoderBlock2D";
      List<String> absent = Collections.nCopies(channels.length, known);
      file.blockTypes(key, channels.length, absent, List.of(known));
    }
    int groups = file.integer("norm_num_groups", 32, 1);
    for (int width : channels) {
      if (width % groups != 0) {
        throw file.wrong("block_out_channels", "must be multiples of norm_num_groups " + groups);
      }
    }
    int latentChannels = file.integer("latent_channels", 4, 1);
    double scalingFactor = file.number("scaling_factor", 0.18215);
    if (!(scalingFactor > 0)) {
      throw file.wrong("scaling_factor", "must be above 0");
    }
    float[] mean = file.numbers("latents_mean", latentChannels);
    float[] deviation = file.numbers("latents_std", latentChannels);
    for (float value : deviation) {
      if (!(value > 0)) {
        throw file.wrong("latents_std", "must be above 0");
      }
    }
    // diffusers uses the two only together
    boolean both = mean.length > 0 && deviation.length > 0;
    return new VaeConfig(
        channels,
        file.integer("layers_per_block", 1, 1),
        groups,
        latentChannels,
        scalingFactor,
        file.has("shift_factor") ? file.number("shift_factor", 0) : 0,
        both ? mean : new float[0],
        both ? deviation : new float[0],
        file.flag("force_upcast", true),
        file.flag("use_quant_conv", true),
        file.flag("use_post_quant_conv", true),
        file.flag("mid_block_add_attention", true));
  }
}
