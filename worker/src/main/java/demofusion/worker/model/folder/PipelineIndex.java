package demofusion.worker.model.folder;

import demofusion.worker.model.file.ModelFiles;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * model_index.json: which family a pipeline belongs to, and that its parts are of that family's
 * classes.
 *
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is all zeros (spec section 5)
 */
record PipelineIndex(ModelFamily family, boolean forceZerosForEmptyPrompt) {
  static final String FILE = "model_index.json";

  private static final String CLASS = "_class_name";

  /** True in the refiner alone, which has no first tower. */
  private static final String REFINER = "requires_aesthetics_score";

  static PipelineIndex read(ModelFiles files) {
    List<ModelFamily> families = ModelFamily.all();
    ConfigFile file = ConfigFile.read(files, FILE);
    String pipeline = file.className(CLASS);
    ModelFamily family =
        families.stream()
            .filter(each -> each.recognises(pipeline))
            .findFirst()
            .orElseThrow(() -> file.wrong(CLASS, noneOf(families)));
    Map<String, String> classes =
        new TreeMap<>(Map.of("unet", "UNet2DConditionModel", "vae", "AutoencoderKL"));
    family.texts().forEach(text -> classes.put(text.encoder(), text.towerClass()));
    classes.forEach(
        (part, wanted) -> {
          String found = file.partClass(part);
          if (found.isEmpty() && file.flag(REFINER, false)) {
            throw file.wrong(
                part,
                "must be of class %s; this is SDXL's refiner, which only finishes pictures: use the"
                        .formatted(wanted)
                    + " base model");
          }
          if (!found.equals(wanted)) {
            throw file.wrong(part, "must be of class " + wanted);
          }
        });
    return new PipelineIndex(family, file.flag("force_zeros_for_empty_prompt", true));
  }

  /** The family of a folder of which only the configurations need be there. */
  static ModelFamily familyOf(ModelFiles files) {
    List<ModelFamily> families = ModelFamily.all();
    if (!files.has(FILE)) {
      return families.get(0);
    }
    String pipeline = ConfigFile.read(files, FILE).className(CLASS);
    return families.stream()
        .filter(each -> each.recognises(pipeline))
        .findFirst()
        .orElse(families.get(0));
  }

  private static String noneOf(List<ModelFamily> families) {
    return families.stream()
        .map(family -> "is no " + family.title() + " pipeline, such as " + family.pipeline())
        .collect(Collectors.joining(", and "));
  }
}
