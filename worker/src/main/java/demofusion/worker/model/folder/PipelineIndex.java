package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * model_index.json: which parts a pipeline has, and of which class each is.
 *
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is all zeros (spec section 5)
 */
record PipelineIndex(boolean forceZerosForEmptyPrompt) {
  static final String FILE = "model_index.json";

  private static final Map<String, String> CLASSES =
      Map.of(
          "unet", "UNet2DConditionModel",
          "vae", "AutoencoderKL",
          "text_encoder", "CLIPTextModel",
          "text_encoder_2", "CLIPTextModelWithProjection");

  static PipelineIndex read(Path folder) {
    refuseWhatIsNoFolder(folder);
    ConfigFile file = ConfigFile.read(folder.resolve(FILE), FILE);
    if (!file.text("_class_name", "").contains("XL")) {
      throw file.wrong("_class_name", "is no SDXL pipeline, such as StableDiffusionXLPipeline");
    }
    for (String part : CLASSES.keySet().stream().sorted().toList()) {
      if (!file.partClass(part).equals(CLASSES.get(part))) {
        throw file.wrong(part, "must be of class " + CLASSES.get(part));
      }
    }
    return new PipelineIndex(file.flag("force_zeros_for_empty_prompt", true));
  }

  private static void refuseWhatIsNoFolder(Path folder) {
    if (Files.isRegularFile(folder)) {
      throw DemofusionException.badModel(
          folder
              + " is a single file, not a diffusers folder: turn it into one with diffusers'"
              + " StableDiffusionXLPipeline.from_single_file(\""
              + folder.getFileName()
              + "\").save_pretrained(\"FOLDER\") and give that folder as --model");
    }
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badModel("the model folder " + folder + " does not exist");
    }
    if (!Files.isRegularFile(folder.resolve(FILE))) {
      throw DemofusionException.badModel(
          folder + " has no " + FILE + ", so it is not a diffusers model folder");
    }
  }
}
