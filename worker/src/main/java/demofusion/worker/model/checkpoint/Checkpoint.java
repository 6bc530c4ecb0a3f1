package demofusion.worker.model.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.tensor.TensorSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A single file as the folder that it would be: its small files, and its tensors by part and name.
 *
 * @param recognised what it is by its shapes and marks
 * @param configs those of the folder that was given, or what the file's shapes and marks say
 * @param parts without those that the file has nothing of
 * @param hasVae whether pictures can be encoded and decoded with it
 * @param tensors in the file, whether drawn with or not
 * @param unknown keys of the file that nothing is known of
 */
public record Checkpoint(
    Path file,
    Recognised recognised,
    ModelFiles configs,
    Map<String, TensorSet> parts,
    boolean hasVae,
    int tensors,
    List<String> unknown) {
  private static final int LONGEST_KEY = 80;
  private static final String WANTED = "a whole model";
  private static final String VAE_CONFIG = "vae/config.json";

  /**
   * What a checkpoint is by itself, which configurations that are given may overrule.
   *
   * @param family for people: SD 1, SDXL, KOALA-700M
   * @param sampleSize the side of native pictures in latent samples
   */
  public record Recognised(
      String family, boolean predictsV, boolean zeroTerminalSnr, boolean edm, int sampleSize) {}

  public Checkpoint {
    parts = Map.copyOf(parts);
    unknown = List.copyOf(unknown);
  }

  /**
   * Maps a file and reads its header; its weights are not read.
   *
   * @param configs of a folder, in place of what the file says; null: there is none
   * @throws DemofusionException BAD_MODEL with one sentence that says what the file is
   */
  public static Checkpoint read(Path path, @Nullable ModelFiles configs) {
    SafetensorsFile file = open(path, WANTED, Set.of(FileKind.CHECKPOINT));
    Traits traits = Traits.of(file);
    SortedTensors sorted = SortedTensors.of(file);
    if (configs == null && traits.base() == null) {
      throw DemofusionException.badModel(
          ("%s is of no family known here (%s): pass a diffusers folder with its configurations as"
                  + " --model-config")
              .formatted(path, traits.sizes()));
    }
    return new Checkpoint(
        path,
        new Recognised(
            FamilyName.of(traits, new PartShapes(sorted.part("unet"))),
            traits.isV(),
            traits.zeroTerminalSnr(),
            traits.edm(),
            traits.sampleSize()),
        configs == null ? ModelFiles.of(InferredConfigs.of(file, sorted, traits)) : configs,
        sorted.parts(),
        sorted.hasVae(),
        file.names().size(),
        sorted.unknown());
  }

  private static SafetensorsFile open(Path path, String wanted, Set<FileKind> taken) {
    FileKinds.foreign(path)
        .ifPresent(
            kind -> {
              throw FileKinds.refusal(path, kind, wanted);
            });
    SafetensorsFile file = SafetensorsFile.open(path);
    FileKind kind = FileKinds.of(file.entries());
    if (kind == FileKind.UNKNOWN) {
      throw FileKinds.unknown(path, file.entries(), wanted);
    }
    if (!taken.contains(kind)) {
      throw FileKinds.refusal(path, kind, wanted);
    }
    return file;
  }

  /** A part's tensors; empty where the file has nothing of it. */
  public TensorSet part(String name) {
    TensorSet part = parts.get(name);
    return part == null ? new TensorSet(name, Map.of(), List.of(file), "") : part;
  }

  /** For sentences: the file that tensors lie in. */
  static String title(TensorSet tensors) {
    return String.valueOf(tensors.files().get(0));
  }

  static String shorten(String key) {
    return Excerpt.of(key.replaceAll("\\p{Cntrl}", "?"), LONGEST_KEY);
  }

  /**
   * A VAE in a single file: of itself, or a whole checkpoint's.
   *
   * @param configs with the vae/config.json of the model that it is for, which says what no shape
   *     does
   */
  public static Vae vae(Path path, ModelFiles configs) {
    SafetensorsFile file = open(path, "a VAE", Set.of(FileKind.VAE, FileKind.CHECKPOINT));
    SortedTensors sorted = SortedTensors.ofVae(file);
    if (!sorted.hasVae()) {
      throw DemofusionException.badModel(
          path + " has no whole VAE: both its encoder and its decoder are needed");
    }
    TensorSet tensors = sorted.part("vae");
    ObjectNode config = VaeInference.config(new PartShapes(tensors), configs.object(VAE_CONFIG));
    byte[] content = config.toPrettyString().getBytes(StandardCharsets.UTF_8);
    return new Vae(ModelFiles.of(Map.of(VAE_CONFIG, content)), tensors);
  }

  /** A VAE in place of a model's own. */
  public record Vae(ModelFiles configs, TensorSet tensors) {}
}
