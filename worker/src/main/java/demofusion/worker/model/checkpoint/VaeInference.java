package demofusion.worker.model.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** vae/config.json as the shapes of a VAE's tensors say it (models.md). */
final class VaeInference {
  private VaeInference() {}

  /**
   * @param vae with a decoder and an encoder
   * @param base what shapes do not say
   */
  static ObjectNode config(PartShapes vae, ObjectNode base) {
    ObjectNode config = base.deepCopy();
    int levels = vae.count("decoder.up_blocks.");
    ArrayNode channels = config.putArray("block_out_channels");
    ArrayNode down = config.putArray("down_block_types");
    ArrayNode up = config.putArray("up_block_types");
    for (int level = 0; level < levels; level++) {
      int block = levels - 1 - level;
      channels.add(vae.side("decoder.up_blocks." + block + ".resnets.0.conv2.weight", 0));
      down.add("DownEncoderBlock2D");
      up.add("UpDecoderBlock2D");
    }
    return config
        .put("latent_channels", vae.side("decoder.conv_in.weight", 1))
        .put("layers_per_block", Math.max(1, vae.count("encoder.down_blocks.0.resnets.")))
        .put("mid_block_add_attention", vae.hasUnder("decoder.mid_block.attentions.0."))
        .put("use_post_quant_conv", vae.has("post_quant_conv.weight"))
        .put("use_quant_conv", vae.has("quant_conv.weight"));
  }

  /** What no shape says of a VAE of these families. */
  static ObjectNode base(double scalingFactor) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("_class_name", "AutoencoderKL")
        .put("act_fn", "silu")
        .put("force_upcast", true)
        .put("in_channels", 3)
        .put("norm_num_groups", 32)
        .put("out_channels", 3)
        .put("scaling_factor", scalingFactor);
  }
}
