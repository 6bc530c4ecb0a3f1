package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What a safetensors file is for, by the names of its tensors. */
public final class FileSigns {
  private static final String UNET = "model.diffusion_model.";
  private static final List<String> OF_LORA =
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
          "dora_scale");
  private static final List<String> VAE_PREFIXES = List.of("", "first_stage_model.", "vae.");

  private FileSigns() {}

  /**
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no file or of no kind that can
   *     be used here
   */
  public static LibraryKind kind(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    Set<String> names = file.names();
    if (names.stream().noneMatch(name -> name.startsWith(UNET)) && isLora(names)) {
      return LibraryKind.LORA;
    }
    if (isEmbedding(file)) {
      return LibraryKind.EMBEDDING;
    }
    if (names.contains(UNET + "input_blocks.0.0.weight")) {
      return LibraryKind.CHECKPOINT;
    }
    if (VAE_PREFIXES.stream().anyMatch(before -> names.contains(before + "decoder.conv_in.weight"))) {
      return LibraryKind.VAE;
    }
    throw DemofusionException.badModel(
        "the file is no checkpoint, LoRA, embedding or VAE: its first tensors are "
            + String.join(", ", names.stream().limit(3).toList()));
  }

  private static boolean isLora(Collection<String> names) {
    return names.stream().anyMatch(name -> OF_LORA.stream().anyMatch(name::contains));
  }

  private static boolean isEmbedding(SafetensorsFile file) {
    Set<String> names = file.names();
    return names.contains("emb_params")
        || names.stream().anyMatch(name -> name.startsWith("string_to_param."))
        || (names.contains("clip_l") && names.contains("clip_g"))
        || (names.size() == 1
            && file.entries().stream().allMatch(entry -> entry.shape().length <= 2));
  }
}
