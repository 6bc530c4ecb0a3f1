package demofusion.worker.model.folder;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.file.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A family of models: how its folders are told from others, what is in them, and how one gets onto
 * a device. Whoever reads folders finds the families as services, by {@code META-INF/services}, so
 * that another one is a package of its own and a line there.
 */
public interface ModelFamily {
  /** For sentences: SDXL. */
  String title();

  /** diffusers' class for it, for sentences. */
  String pipeline();

  /** Whether diffusers' class, as model_index.json names it, is one of the family's. */
  boolean recognises(String pipelineClass);

  /** What reads prompts, in the order of the work. */
  List<TextPart> texts();

  /** Reads unet/config.json, and refuses what no model of the family has. */
  UnetConfig readUnet(ConfigFile file);

  /** Reads vae/config.json, and leaves out what the family has no use for. */
  default VaeConfig readVae(ConfigFile file) {
    return VaeConfig.read(file);
  }

  /** Whether a folder may ask for zeros where no negative prompt is given (spec section 5). */
  boolean mayZeroAbsentNegative();

  /**
   * Whether the parts belong together, beyond what every family demands.
   *
   * @throws demofusion.protocol.DemofusionException BAD_MODEL with one sentence that names the key
   */
  void requireOneModel(Architecture model);

  /**
   * Puts a folder's weights on a device.
   *
   * @param device as it is named: cpu, cuda:0
   * @param additions where the files lie that work may name beside the model
   * @param limit of the device's memory
   */
  DiffusionModel load(
      ModelFolder folder,
      String device,
      Precision precision,
      AdditionFiles additions,
      MemoryLimit limit);

  /**
   * A text tower and its tokenizer, by their folders' names.
   *
   * @param projected whether the tower has a projection, and so says a pooled vector
   */
  record TextPart(String encoder, String tokenizer, boolean projected) {
    /** transformers' class of the tower. */
    String towerClass() {
      return projected ? "CLIPTextModelWithProjection" : "CLIPTextModel";
    }
  }

  /** That of a folder of which only the configurations need be there; else the first. */
  static ModelFamily of(Path folder) {
    return PipelineIndex.familyOf(ModelFiles.of(folder));
  }

  /** All that there are; a folder belongs to the first that recognises it. */
  static List<ModelFamily> all() {
    return ServiceLoader.load(ModelFamily.class, ModelFamily.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
