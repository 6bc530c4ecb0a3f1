package demofusion.protocol.model.file;

import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Keys that give a file away, asked in the order of models.md: the first that fits counts. */
final class KeySigns {
  private static final String PREFIX = "model.diffusion_model.";
  private static final String FIRST_LAYER = "input_blocks.0.0.weight";
  private static final Set<Long> WIDTHS_OF_WORDS = Set.of(768L, 1024L, 1280L);

  private static final List<String> LORA =
      List.of(
          "lora_up.",
          "lora_down.",
          "lora_A.",
          "lora_B.",
          ".lora.up.",
          ".lora.down.",
          "_lora.up.",
          "_lora.down.",
          "lora_linear_layer.",
          "hada_w",
          "lokr_w",
          "oft_",
          ".a1.weight",
          "dora_scale");

  /** A LoRA's too, but only where a key ends with them: whole differences. */
  private static final List<String> LORA_ENDS = List.of(".diff", ".diff_b", ".w_norm", ".b_norm");

  /** Families of transformers in place of a UNet. What has another's signs too comes before it. */
  private static final List<Map.Entry<FileKind, String>> OTHER_FAMILIES =
      List.of(
          Map.entry(FileKind.SD3, "joint_blocks."),
          Map.entry(FileKind.CHROMA, "distilled_guidance_layer."),
          Map.entry(FileKind.HUNYUAN_VIDEO, "txt_in.individual_token_refiner."),
          Map.entry(FileKind.FLUX, "double_blocks."),
          Map.entry(FileKind.AURA_FLOW, "double_layers."),
          Map.entry(FileKind.STABLE_CASCADE, "clip_txt_mapper."),
          Map.entry(FileKind.STABLE_CASCADE, "clf.1."),
          Map.entry(FileKind.LUMINA, "cap_embedder."),
          Map.entry(FileKind.WAN, "head.modulation"),
          Map.entry(FileKind.LTX, "patchify_proj."),
          Map.entry(FileKind.PIX_ART, "adaln_single."),
          Map.entry(FileKind.HUNYUAN_DIT, "mlp_t5."));

  private final Collection<Entry> tensors;
  private final List<String> keys;

  KeySigns(Collection<Entry> tensors) {
    this.tensors = tensors;
    this.keys = tensors.stream().map(Entry::name).toList();
  }

  FileKind kind() {
    if (keys.contains("lora_controlnet")) {
      return FileKind.CONTROL_LORA;
    }
    if (isFaceId()) {
      return FileKind.FACE_ID; // some have LoRAs in them
    }
    if (any(KeySigns::isOfLora) && !begins(PREFIX)) {
      return FileKind.LORA;
    }
    if (begins("lllite_unet")) {
      return FileKind.CONTROL_LLLITE;
    }
    if (isControlNet()) {
      return controlNet();
    }
    if (begins("adapter.body.", "body.0.resnets.")) {
      return FileKind.T2I_ADAPTER;
    }
    if (begins("image_proj.") && begins("ip_adapter.")) {
      return FileKind.IP_ADAPTER;
    }
    if (any(key -> key.contains("motion_modules."))) {
      return FileKind.ANIMATE_DIFF;
    }
    if (isEmbedding()) {
      return FileKind.EMBEDDING;
    }
    for (Map.Entry<FileKind, String> family : OTHER_FAMILIES) {
      if (begins(family.getValue(), PREFIX + family.getValue())) {
        return family.getKey();
      }
    }
    if (any(key -> key.contains("cross_attn.q_linear."))) {
      return FileKind.SANA;
    }
    if (any(key -> key.contains("time_stack") || key.contains("time_mixer"))) {
      return FileKind.STABLE_VIDEO_DIFFUSION;
    }
    return ofUnets();
  }

  private static boolean isOfLora(String key) {
    return LORA.stream().anyMatch(key::contains) || LORA_ENDS.stream().anyMatch(key::endsWith);
  }

  /** ControlNets, and what goes by their names. */
  private boolean isControlNet() {
    return begins("control_model.", "controlnet_", "input_hint_block.", "zero_convs.")
        || begins("control_add_embedding.");
  }

  private FileKind controlNet() {
    if (keys.contains("difference")) {
      return FileKind.CONTROLNET_DIFFERENCE;
    }
    if (any(key -> key.contains("motion_modules."))) {
      return FileKind.SPARSE_CTRL;
    }
    if (begins("controlnet_x_embedder.")) {
      return FileKind.FLUX_CONTROLNET;
    }
    return begins("controlnet_blocks.") && begins("transformer_blocks.")
        ? FileKind.SD3_CONTROLNET
        : FileKind.CONTROLNET;
  }

  /** IP-Adapters that are shown faces as another network describes them. */
  private boolean isFaceId() {
    return begins("image_proj.perceiver_resampler.")
        || (begins("image_proj.norm.weight") && begins("image_proj.proj.2.weight"))
        || (begins("ip_adapter.") && any(key -> key.contains(".to_k_lora.")));
  }

  private boolean isEmbedding() {
    if (begins("emb_params", "string_to_param.")
        || (keys.contains("clip_l") && keys.contains("clip_g"))) {
      return true;
    }
    long[] shape = tensors.size() == 1 ? tensors.iterator().next().shape() : new long[0];
    return shape.length > 0
        && shape.length <= 2
        && WIDTHS_OF_WORDS.contains(shape[shape.length - 1]);
  }

  /** What there is in the world of latent diffusion's UNets: whole, or parts of it. */
  private FileKind ofUnets() {
    if (keys.contains(PREFIX + FIRST_LAYER)) {
      return FileKind.CHECKPOINT;
    }
    if (begins(FIRST_LAYER, "diffusion_model.input_blocks")
        || (begins("down_blocks.0.resnets.") && begins("conv_in.weight"))) {
      return FileKind.UNET;
    }
    String decoder = "decoder.conv_in.weight";
    if (begins("first_stage_model." + decoder, "vae." + decoder, decoder)) {
      return FileKind.VAE;
    }
    if (begins("taesd_", "decoder.1.weight")) {
      return FileKind.TAESD;
    }
    if (isUpscaler()) {
      return FileKind.UPSCALER;
    }
    if (begins("vision_model.")) {
      return FileKind.IMAGE_ENCODER;
    }
    return begins("text_model.", "transformer.resblocks.", "encoder.block.0.")
        ? FileKind.TEXT_ENCODER
        : FileKind.UNKNOWN;
  }

  /** ESRGAN under the three sets of names that it goes by. */
  private boolean isUpscaler() {
    return Stream.of("", "params_ema.", "params.")
        .anyMatch(
            under ->
                begins(
                    under + "body.0.rdb1.",
                    under + "RRDB_trunk.0.RDB1.",
                    under + "model.1.sub.0.RDB1."));
  }

  private boolean begins(String... beginnings) {
    return any(key -> Arrays.stream(beginnings).anyMatch(key::startsWith));
  }

  private boolean any(Predicate<String> sign) {
    return keys.stream().anyMatch(sign);
  }
}
