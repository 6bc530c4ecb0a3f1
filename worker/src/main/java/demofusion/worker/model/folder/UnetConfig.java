package demofusion.worker.model.folder;

import demofusion.protocol.model.UnetShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * unet/config.json: diffusers' UNet2DConditionModel. Absent keys take diffusers' defaults; values
 * that this runtime does not know are refused with their key.
 *
 * @param sampleSize S, the native side in latent samples
 * @param inputChannels of the first convolution: the latent's, or an inpainting model's 2C + 1
 * @param latentChannels C, of the last convolution
 * @param down from the picture inwards
 * @param middle with two resnets around a transformer, one alone, or none at all
 * @param up from the middle outwards; each joins what the down blocks left
 * @param timeWidth width of the time embedding
 * @param contextWidth width of the text states
 * @param timeIdsWidth width of each micro-conditioning number's sinusoid; 0 without {@code
 *     text_time}
 * @param addedWidth pooled text and all micro-conditioning side by side, which {@code text_time}
 *     adds to the time; 0 without it
 * @param guidanceWidth width of the guidance's sinusoid, which {@code time_cond_proj_dim} adds to
 *     the time's: a latent consistency model's, which has no second half; 0 for others
 * @param cosineFirst {@code flip_sin_to_cos}
 */
public record UnetConfig(
    int sampleSize,
    int inputChannels,
    int latentChannels,
    List<Block> down,
    Block middle,
    List<Block> up,
    int groups,
    double epsilon,
    int timeWidth,
    int contextWidth,
    int timeIdsWidth,
    int addedWidth,
    int guidanceWidth,
    boolean linearProjection,
    boolean upcastAttention,
    boolean cosineFirst,
    double frequencyShift) {

  /** The numbers of micro-conditioning in {@code text_time}. */
  public static final int TIME_IDS = 6;

  /**
   * Resnets at one resolution, each followed by a transformer where there is one.
   *
   * @param depths transformer layers after each resnet; 0: no attention
   * @param heads of each attention
   */
  public record Block(int channels, List<Integer> depths, int heads) {
    public Block {
      depths = List.copyOf(depths);
    }
  }

  public UnetConfig {
    down = List.copyOf(down);
    up = List.copyOf(up);
  }

  /** Channels of the first convolution and of the last. */
  public int outerChannels() {
    return down.get(0).channels();
  }

  /** Whether it sees, beside the latent, which part of a picture is drawn anew. */
  public boolean seesMask() {
    return inputChannels != latentChannels;
  }

  /** Width of the pooled text vector. */
  public int pooledWidth() {
    return addedWidth - TIME_IDS * timeIdsWidth;
  }

  /** What ControlNets and IP-Adapters must fit. */
  public UnetShape shape() {
    List<Integer> outputs = new ArrayList<>(List.of(outerChannels()));
    for (int n = 0; n < down.size(); n++) {
      Block block = down.get(n);
      boolean isLast = n == down.size() - 1;
      int count = block.depths().size() + (isLast ? 0 : 1); // and the downsampler
      outputs.addAll(Collections.nCopies(count, block.channels()));
    }
    if (!middle.depths().isEmpty()) {
      outputs.add(middle.channels());
    }
    return new UnetShape(contextWidth, outputs);
  }

  /**
   * @param sampleSize S as the family reads it
   */
  public static UnetConfig read(ConfigFile file, int sampleSize) {
    refuseUnknownSwitches(file);
    int[] channels = file.integers("block_out_channels", 320, 640, 1280, 1280);
    int blocks = channels.length;
    int groups = file.integer("norm_num_groups", 32, 1);
    // in spite of its name diffusers reads the number of heads from the second key
    String headsKey =
        file.has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
    int[] heads = file.integerPerBlock(headsKey, blocks, 8);
    for (int n = 0; n < blocks; n++) {
      if (channels[n] % groups != 0) {
        throw file.wrong("block_out_channels", "must be multiples of norm_num_groups " + groups);
      }
      if (channels[n] % heads[n] != 0) {
        throw file.wrong(headsKey, "must divide block_out_channels");
      }
    }
    if (channels[0] % 2 != 0) {
      throw file.wrong("block_out_channels", "must begin with an even number");
    }
    UnetDepths depths = UnetDepths.read(file, file.integerPerBlock("layers_per_block", blocks, 2));
    List<String> downTypes =
        file.blockTypes(
            "down_block_types",
            blocks,
            List.of(
                "CrossAttnDownBlock2D",
                "CrossAttnDownBlock2D",
                "CrossAttnDownBlock2D",
                "DownBlock2D"),
            List.of("DownBlock2D", "CrossAttnDownBlock2D"));
    List<String> upTypes =
        file.blockTypes(
            "up_block_types",
            blocks,
            List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            List.of("UpBlock2D", "CrossAttnUpBlock2D"));
    List<Block> down = new ArrayList<>();
    List<Block> up = new ArrayList<>();
    for (int n = 0; n < blocks; n++) {
      boolean attends = downTypes.get(n).startsWith("CrossAttn");
      down.add(new Block(channels[n], depths.down(n, attends), heads[n]));
      int mirrored = blocks - 1 - n;
      attends = upTypes.get(n).startsWith("CrossAttn");
      up.add(new Block(channels[mirrored], depths.up(n, attends), heads[mirrored]));
    }
    int last = blocks - 1;
    int inputChannels = file.integer("in_channels", 4, 1);
    int latentChannels = file.integer("out_channels", 4, 1);
    requireLatentOrMask(file, inputChannels, latentChannels);
    boolean textTime = file.textOrNone("addition_embed_type").equals("text_time");
    int timeIdsWidth = textTime ? file.integer("addition_time_embed_dim", 256, 2) : 0;
    int addedWidth = textTime ? file.integer("projection_class_embeddings_input_dim", 2816, 1) : 0;
    if (textTime && (timeIdsWidth % 2 != 0 || addedWidth <= TIME_IDS * timeIdsWidth)) {
      throw file.wrong(
          "projection_class_embeddings_input_dim",
          "must be more than 6 times addition_time_embed_dim "
              + timeIdsWidth
              + ", which must be even");
    }
    return new UnetConfig(
        sampleSize,
        inputChannels,
        latentChannels,
        down,
        new Block(channels[last], depths.middle(), heads[last]),
        up,
        groups,
        file.number("norm_eps", 1e-5),
        file.has("time_embedding_dim") ? file.integer("time_embedding_dim", 0, 1) : 4 * channels[0],
        file.integer("cross_attention_dim", 1280, 1),
        timeIdsWidth,
        addedWidth,
        file.has("time_cond_proj_dim") ? file.integer("time_cond_proj_dim", 0, 4) : 0,
        file.flag("use_linear_projection", false),
        file.flag("upcast_attention", false),
        file.flag("flip_sin_to_cos", true),
        file.number("freq_shift", 0));
  }

  /**
   * What else a UNet may take is beside the latent, in further channels; of such models only those
   * that inpaint are known: latent, mask, and the latent of what is kept.
   */
  private static void requireLatentOrMask(ConfigFile file, int in, int out) {
    if (in == 2 * out) {
      throw file.wrong(
          "in_channels",
          "is that of a model that edits pictures (InstructPix2Pix), which is not supported: use"
              + " the model that it was made of");
    }
    if (in != out && in != 2 * out + 1) {
      throw file.wrong("out_channels", "must equal in_channels " + in);
    }
  }

  /** Switches of UNet2DConditionModel that the models we run leave alone. */
  private static void refuseUnknownSwitches(ConfigFile file) {
    file.requireOneOfOrNone("_class_name", "UNet2DConditionModel");
    file.requireOneOf("act_fn", "silu", "swish");
    file.requireOneOfOrNone("addition_embed_type", "text_time");
    file.requireOneOfOrNone("attention_type", "default");
    file.requireOneOf("center_input_sample", false);
    file.requireNone("class_embed_type");
    file.requireOneOf("conv_in_kernel", 3);
    file.requireOneOf("conv_out_kernel", 3);
    file.requireNone("cross_attention_norm");
    file.requireOneOf("downsample_padding", 1);
    file.requireOneOf("dual_cross_attention", false);
    file.requireNone("encoder_hid_dim");
    file.requireNone("encoder_hid_dim_type");
    file.requireOneOf("mid_block_only_cross_attention", false);
    file.requireOneOf("mid_block_scale_factor", 1);
    file.requireNone("num_class_embeds");
    file.requireOneOf("only_cross_attention", false);
    file.requireOneOfOrNone("resnet_out_scale_factor", 1);
    file.requireOneOf("resnet_skip_time_act", false);
    file.requireOneOf("resnet_time_scale_shift", "default");
    file.requireNone("time_embedding_act_fn");
    file.requireOneOf("time_embedding_type", "positional");
    file.requireNone("timestep_post_act");
  }
}
