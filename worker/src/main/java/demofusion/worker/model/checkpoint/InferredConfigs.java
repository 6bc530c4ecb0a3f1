package demofusion.worker.model.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.checkpoint.Traits.Base;
import demofusion.worker.model.tensor.TensorView;
import demofusion.worker.model.text.ClipVocabulary;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The small files of the folder that a single file would be. */
final class InferredConfigs {
  private static final double SD_SCALING = 0.18215;
  private static final double SDXL_SCALING = 0.13025;

  /** Playground 2.5's, where the file's marks are empty. */
  private static final double EDM_SCALING = 0.5;

  private static final float[] EDM_MEAN = {-1.6574f, 1.886f, -1.383f, 2.5155f};
  private static final float[] EDM_DEVIATION = {8.4927f, 5.9022f, 6.5498f, 5.2299f};

  private final SafetensorsFile file;
  private final SortedTensors tensors;
  private final Traits traits;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private InferredConfigs(SafetensorsFile file, SortedTensors tensors, Traits traits) {
    this.file = file;
    this.tensors = tensors;
    this.traits = traits;
  }

  /** By their names in a folder. */
  static Map<String, byte[]> of(SafetensorsFile file, SortedTensors tensors, Traits traits) {
    return new InferredConfigs(file, tensors, traits).files();
  }

  private Map<String, byte[]> files() {
    put("model_index.json", index());
    put("scheduler/scheduler_config.json", SchedulerInference.config(traits));
    put("unet/config.json", new UnetInference(part("unet"), traits, tensors.layers()).config());
    ObjectNode vae = vaeBase();
    put("vae/config.json", tensors.hasVae() ? VaeInference.config(part("vae"), vae) : vae);
    boolean isSd2 = traits.base() == Base.SD2;
    PartShapes first = part("text_encoder");
    put(
        "text_encoder/config.json",
        isSd2 ? TowerInference.openClipOfSd2(first) : TowerInference.clip(first));
    tokenizer("tokenizer/", isSd2 ? ClipVocabulary.EXCLAMATION_MARK : ClipVocabulary.END_OF_TEXT);
    if (traits.base() == Base.SDXL) {
      put("text_encoder_2/config.json", TowerInference.openClipOfSdxl(part("text_encoder_2")));
      tokenizer("tokenizer_2/", ClipVocabulary.EXCLAMATION_MARK);
    }
    return files;
  }

  private PartShapes part(String name) {
    return new PartShapes(tensors.part(name));
  }

  private void put(String name, ObjectNode json) {
    files.put(name, json.toPrettyString().getBytes(StandardCharsets.UTF_8));
  }

  private void tokenizer(String folder, String pad) {
    ClipVocabulary.files(pad).forEach((name, content) -> files.put(folder + name, content));
  }

  private ObjectNode index() {
    boolean isSdxl = traits.base() == Base.SDXL;
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("_class_name", isSdxl ? "StableDiffusionXLPipeline" : "StableDiffusionPipeline");
    if (isSdxl) {
      index.put("force_zeros_for_empty_prompt", true);
    }
    part(
        index,
        "scheduler",
        "diffusers",
        SchedulerInference.config(traits).get("_class_name").asText());
    part(index, "text_encoder", "transformers", "CLIPTextModel");
    part(index, "tokenizer", "transformers", "CLIPTokenizer");
    if (isSdxl) {
      part(index, "text_encoder_2", "transformers", "CLIPTextModelWithProjection");
      part(index, "tokenizer_2", "transformers", "CLIPTokenizer");
    }
    part(index, "unet", "diffusers", "UNet2DConditionModel");
    part(index, "vae", "diffusers", "AutoencoderKL");
    return index;
  }

  private static void part(ObjectNode index, String name, String library, String className) {
    index.putArray(name).add(library).add(className);
  }

  private ObjectNode vaeBase() {
    if (!traits.edm()) {
      return VaeInference.base(traits.base() == Base.SDXL ? SDXL_SCALING : SD_SCALING);
    }
    ObjectNode config = VaeInference.base(EDM_SCALING);
    float[] mean = EDM_MEAN;
    float[] deviation = EDM_DEVIATION;
    Optional<float[]> ownMean = marks("edm_mean");
    Optional<float[]> ownDeviation = marks("edm_std").filter(InferredConfigs::arePositive);
    if (ownMean.isPresent() && ownDeviation.isPresent()) {
      mean = ownMean.get();
      deviation = ownDeviation.get();
    }
    put(config.putArray("latents_mean"), mean);
    put(config.putArray("latents_std"), deviation);
    return config;
  }

  private Optional<float[]> marks(String name) {
    return Traits.mark(file, name)
        .filter(TensorView::isReadable)
        .map(TensorView::floats)
        .filter(values -> values.length == EDM_MEAN.length);
  }

  private static boolean arePositive(float[] values) {
    for (float value : values) {
      if (!(value > 0) || Float.isInfinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static void put(ArrayNode list, float[] values) {
    for (float value : values) {
      list.add(value);
    }
  }
}
