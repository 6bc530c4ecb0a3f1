package demofusion.worker.model.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.worker.model.checkpoint.Traits.Base;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** unet/config.json as the shapes of a UNet's tensors say it (models.md). */
final class UnetInference {
  private static final int SD1_HEADS = 8;
  private static final int HEAD_WIDTH = 64;
  private static final int TIME_IDS_WIDTH = 256;
  private static final String ATTENTIONS = ".attentions.";

  // twice what the largest models have, or more
  private static final int MOST_LEVELS = 8;
  private static final int MOST_LAYERS = 16;
  private static final int MOST_TRANSFORMERS = 64;

  private final PartShapes unet;
  private final Traits traits;
  private final int layers;
  private final int levels;

  UnetInference(PartShapes unet, Traits traits, int layers) {
    this.unet = unet;
    this.traits = traits;
    this.layers = layers;
    this.levels = unet.count("down_blocks.", "levels", MOST_LEVELS);
    unet.requireAtMost(layers, "layers in each level", MOST_LAYERS);
  }

  ObjectNode config() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("_class_name", "UNet2DConditionModel").put("act_fn", "silu");
    String added = "add_embedding.linear_1.weight";
    if (unet.has(added)) {
      config.put("addition_embed_type", "text_time");
      config.put("addition_time_embed_dim", TIME_IDS_WIDTH);
      config.put("projection_class_embeddings_input_dim", unet.side(added, 1));
    }
    if (traits.base() == Base.SD1) {
      config.put("attention_head_dim", SD1_HEADS);
    } else {
      ArrayNode heads = config.putArray("attention_head_dim");
      for (int level = 0; level < levels; level++) {
        heads.add(Math.max(1, channels(level) / HEAD_WIDTH));
      }
    }
    ArrayNode channels = config.putArray("block_out_channels");
    ArrayNode down = config.putArray("down_block_types");
    ArrayNode up = config.putArray("up_block_types");
    for (int level = 0; level < levels; level++) {
      channels.add(channels(level));
      down.add(attends("down_blocks." + level) ? "CrossAttnDownBlock2D" : "DownBlock2D");
      up.add(attends("up_blocks." + level) ? "CrossAttnUpBlock2D" : "UpBlock2D");
    }
    config
        .put("cross_attention_dim", contextWidth())
        .put("flip_sin_to_cos", true)
        .put("freq_shift", 0)
        .put("in_channels", unet.side("conv_in.weight", 1))
        .put("layers_per_block", layers)
        .put("mid_block_type", middle())
        .put("norm_eps", 1e-5)
        .put("norm_num_groups", 32)
        .put("out_channels", unet.side("conv_out.weight", 0))
        .put("sample_size", traits.sampleSize());
    String guidance = "time_embedding.cond_proj.weight";
    if (unet.has(guidance)) {
      config.put("time_cond_proj_dim", unet.side(guidance, 1));
    }
    putDepths(config);
    return config
        .put("upcast_attention", traits.base() == Base.SD2 && traits.isV())
        .put("use_linear_projection", isLinear());
  }

  private int channels(int level) {
    return unet.side("down_blocks." + level + ".resnets.0.conv1.weight", 0);
  }

  private boolean attends(String block) {
    return unet.hasUnder(block + ATTENTIONS);
  }

  private int contextWidth() {
    for (String block : blocks()) {
      String keys = block + ".attentions.0.transformer_blocks.0.attn2.to_k.weight";
      if (unet.has(keys)) {
        return unet.side(keys, 1);
      }
    }
    return 1; // nothing attends; the layout says what is missing
  }

  private boolean isLinear() {
    return blocks().stream()
        .anyMatch(block -> unet.rank(block + ".attentions.0.proj_in.weight") == 2);
  }

  private List<String> blocks() {
    List<String> blocks = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      blocks.add("down_blocks." + level);
    }
    blocks.add("mid_block");
    return blocks;
  }

  private @Nullable String middle() {
    if (attends("mid_block")) {
      return "UNetMidBlock2DCrossAttn";
    }
    return unet.hasUnder("mid_block.resnets.") ? "UNetMidBlock2D" : null;
  }

  /** Transformers after each resnet of a block; 0 for none. */
  private List<Integer> depths(String block, int resnets) {
    List<Integer> depths = new ArrayList<>();
    for (int layer = 0; layer < resnets; layer++) {
      String beginning = block + ATTENTIONS + layer + ".transformer_blocks.";
      depths.add(unet.count(beginning, "transformers after one layer", MOST_TRANSFORMERS));
    }
    return depths;
  }

  /**
   * One number for a block where that says all; on the way up only where that is not the way down
   * reversed.
   */
  private void putDepths(ObjectNode config) {
    List<List<Integer>> down = new ArrayList<>();
    List<List<Integer>> up = new ArrayList<>();
    List<List<Integer>> mirrored = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      down.add(depths("down_blocks." + level, layers));
      up.add(depths("up_blocks." + level, layers + 1));
    }
    for (int level = 0; level < levels; level++) {
      int first = down.get(levels - 1 - level).get(0);
      mirrored.add(Collections.nCopies(layers + 1, first));
    }
    ArrayNode list = config.putArray("transformer_layers_per_block");
    down.forEach(depths -> addBlock(list, depths));
    boolean isNested = down.stream().anyMatch(depths -> !isOneNumber(depths));
    if (isNested || !up.equals(mirrored)) {
      ArrayNode upwards = config.putArray("reverse_transformer_layers_per_block");
      up.forEach(depths -> addBlock(upwards, depths));
    }
  }

  private static boolean isOneNumber(List<Integer> depths) {
    return depths.stream().distinct().count() == 1;
  }

  /** Blocks without attention have a number too, which nobody asks for. */
  private static void addBlock(ArrayNode list, List<Integer> depths) {
    if (isOneNumber(depths)) {
      list.add(Math.max(1, depths.get(0)));
    } else {
      ArrayNode nested = list.addArray();
      depths.forEach(nested::add);
    }
  }
}
