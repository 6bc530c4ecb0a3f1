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

  /** What is in the name of a pipeline that does something else, and what that is. */
  private static final List<Map.Entry<String, String>> OTHER_KINDS =
      List.of(
          Map.entry("Inpaint", "an inpainting pipeline"),
          Map.entry("InstructPix2Pix", "a pipeline that edits pictures (InstructPix2Pix)"),
          Map.entry("Upscale", "an upscaler's pipeline"),
          Map.entry("Depth2Img", "a pipeline that is told depths (Depth2Img)"),
          Map.entry("unCLIP", "a pipeline that is told pictures (unCLIP)"),
          Map.entry("UnCLIP", "a pipeline that is told pictures (unCLIP)"),
          Map.entry("ImageVariation", "a pipeline that is told pictures (ImageVariation)"),
          Map.entry("ControlNet", "a pipeline with a ControlNet"),
          Map.entry("Adapter", "a pipeline with an adapter"),
          Map.entry("GLIGEN", "a pipeline that is told places (GLIGEN)"));

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
            .orElseThrow(() -> file.wrong(CLASS, refusal(pipeline, families)));
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
    return new PipelineIndex(
        family, family.mayZeroAbsentNegative() && file.flag("force_zeros_for_empty_prompt", true));
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

  /** What it is that cannot be drawn, by name where it is well known. */
  private static String refusal(String pipeline, List<ModelFamily> families) {
    for (Map.Entry<String, String> kind : OTHER_KINDS) {
      if (pipeline.contains(kind.getKey())) {
        return "is %s, which is not supported: use the model that it was made of, with %s"
            .formatted(kind.getValue(), families.get(0).pipeline());
      }
    }
    return families.stream()
        .map(family -> "is no " + family.title() + " pipeline, such as " + family.pipeline())
        .collect(Collectors.joining(", and "));
  }
}
