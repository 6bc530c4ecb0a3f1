package demofusion.worker.model.lora;

import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Which model a LoRA file says that it was made for; the first sign that speaks counts. */
final class MadeFor {
  private static final Map<Long, BaseModel> BY_CONTEXT_WIDTH =
      Map.of(768L, BaseModel.SD_1, 1024L, BaseModel.SD_2, 2048L, BaseModel.SDXL);

  private MadeFor() {}

  /** Empty: it does not say, as files of diffusers do not. */
  static Optional<BaseModel> of(SafetensorsFile file) {
    return Stream.<Supplier<Optional<BaseModel>>>of(
            () -> trainer(file.metadata().getOrDefault("ss_base_model_version", "")),
            () -> architecture(file.metadata().getOrDefault("modelspec.architecture", "")),
            () -> otherArchitecture(file),
            () -> contextWidth(file),
            () -> secondTower(file))
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** As kohya's trainers write it: sd_v1, sd_v2_v, sdxl_base_v1-0, flux1. */
  private static Optional<BaseModel> trainer(String version) {
    String words = version.toLowerCase(Locale.ROOT);
    return byBeginning(
        words,
        Map.of(
            "sd_v1", BaseModel.SD_1,
            "sd_v2", BaseModel.SD_2,
            "sdxl", BaseModel.SDXL,
            "sd3", BaseModel.SD_3,
            "flux", BaseModel.FLUX));
  }

  private static Optional<BaseModel> architecture(String name) {
    return byBeginning(
        name.toLowerCase(Locale.ROOT),
        Map.of(
            "stable-diffusion-v1", BaseModel.SD_1,
            "stable-diffusion-v2", BaseModel.SD_2,
            "stable-diffusion-xl", BaseModel.SDXL,
            "stable-diffusion-3", BaseModel.SD_3,
            "flux", BaseModel.FLUX));
  }

  private static Optional<BaseModel> byBeginning(String text, Map<String, BaseModel> beginnings) {
    return beginnings.entrySet().stream()
        .filter(beginning -> text.startsWith(beginning.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Optional<BaseModel> otherArchitecture(SafetensorsFile file) {
    for (String name : file.names()) {
      if (name.contains("double_blocks") || name.contains("single_transformer_blocks")) {
        return Optional.of(BaseModel.FLUX);
      }
      if (name.contains("joint_blocks") || name.contains("transformer.transformer_blocks")) {
        return Optional.of(BaseModel.SD_3);
      }
    }
    return Optional.empty();
  }

  /** The keys of cross-attention read the text towers' states, whose width differs. */
  private static Optional<BaseModel> contextWidth(SafetensorsFile file) {
    return file.entries().stream()
        .filter(entry -> entry.name().contains("attn2") && entry.shape().length >= 2)
        .filter(entry -> entry.name().contains("to_k"))
        .filter(
            entry ->
                LoraKey.parse(entry.name()).filter(key -> key.part() == LoraPart.DOWN).isPresent())
        .map(entry -> BY_CONTEXT_WIDTH.get(entry.shape()[1]))
        .flatMap(Stream::ofNullable)
        .findFirst();
  }

  private static Optional<BaseModel> secondTower(SafetensorsFile file) {
    return file.names().stream().anyMatch(name -> name.startsWith("lora_te2_"))
        ? Optional.of(BaseModel.SDXL)
        : Optional.empty();
  }
}
