package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.checkpoint.Checkpoint;
import demofusion.worker.model.file.HashCache;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.folder.ModelFamily.TextPart;
import demofusion.worker.model.folder.PartReader.Described;
import demofusion.worker.model.text.ClipTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model, read and checked whole before libtorch sees any of it: configurations as records,
 * weights found and compared with what the configurations demand. It is a diffusers folder or a
 * single file; whoever uses it need not know which. Opening maps files and reads headers only; the
 * weights stay where they are.
 *
 * @param name for people: the folder's last name, the file's, or the repository's in Hugging Face's
 *     cache
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is all zeros (spec section 5)
 * @param tokenizers one for each tower
 * @param towers in the order of the family's texts
 * @param settings what the model recommends where a request is silent
 * @param files the small ones, as a folder of the model has them
 * @param checkpoint the single file that the model is; null: it is a folder
 */
public record ModelFolder(
    String name,
    ModelFamily family,
    boolean forceZerosForEmptyPrompt,
    List<ClipTokenizer> tokenizers,
    List<Part<TextTowerConfig>> towers,
    Part<UnetConfig> unet,
    Part<VaeConfig> vae,
    SchedulerConfig scheduler,
    ModelSettings settings,
    ModelFiles files,
    @Nullable Checkpoint checkpoint) {

  /**
   * One network.
   *
   * @param variant of the weights that was found, such as fp16; empty for the plain ones
   */
  public record Part<C>(String name, C config, Weights weights, String variant) {
    public long parameters() {
      return weights.layout().parameters();
    }
  }

  public ModelFolder {
    tokenizers = List.copyOf(tokenizers);
    towers = List.copyOf(towers);
  }

  /**
   * Reads and checks a folder or a file.
   *
   * @throws DemofusionException BAD_MODEL with one sentence that names the file and the key or
   *     tensor
   */
  public static ModelFolder open(ModelSource source) {
    ModelParts parts = ModelParts.of(source);
    if (parts instanceof FolderParts folder) {
      folder.requireIndex();
    }
    PipelineIndex index = PipelineIndex.read(parts.files());
    ModelFamily family = index.family();
    PartReader reader = new PartReader(source, parts);
    SchedulerConfig scheduler = reader.scheduler();
    List<ClipTokenizer> tokenizers = new ArrayList<>();
    for (TextPart text : family.texts()) {
      tokenizers.add(reader.tokenizer(text.tokenizer()));
    }
    List<Described<TextTowerConfig>> towers = new ArrayList<>();
    for (TextPart text : family.texts()) {
      towers.add(reader.describe(text));
    }
    Described<UnetConfig> unet = reader.describeUnet(family::readUnet);
    Described<VaeConfig> vae = reader.describeVae(family::readVae);
    for (int n = 0; n < towers.size(); n++) {
      ModelConsistency.requireWords(towers.get(n), tokenizers.get(n));
    }
    ModelConsistency.requireOneLength(family.texts(), tokenizers);
    ModelConsistency.requireOneModel(
        new Architecture(
            parts.name(),
            towers.stream().map(Described::config).toList(),
            unet.config(),
            vae.config(),
            scheduler),
        family);
    ModelFolder model =
        new ModelFolder(
            parts.name(),
            family,
            index.forceZerosForEmptyPrompt(),
            tokenizers,
            towers.stream().map(reader::tower).toList(),
            reader.network(unet, UnetLayout::of),
            reader.network(vae, VaeLayout::of),
            scheduler,
            SettingsFile.beside(HubCache.filesOf(Path.of(source.base()))),
            parts.files().with("vae/config.json", vae.content()),
            parts instanceof CheckpointParts file ? file.checkpoint() : null);
    reader.requireVariantSomewhere(model.parts());
    return model;
  }

  public ModelGeometry geometry() {
    return architecture().geometry();
  }

  /** The same without its weights. */
  public Architecture architecture() {
    return new Architecture(
        name, towers.stream().map(Part::config).toList(), unet.config(), vae.config(), scheduler);
  }

  /** All networks, in the order of their work. */
  public List<Part<?>> parts() {
    List<Part<?>> parts = new ArrayList<>(towers);
    parts.add(unet);
    parts.add(vae);
    return List.copyOf(parts);
  }

  /**
   * Puts the weights on a device.
   *
   * @param device as it is named: cpu, cuda:0
   */
  public DiffusionModel load(String device, Precision precision) {
    return load(device, precision, AdditionFiles.NONE);
  }

  /**
   * The same for work that may name LoRAs and embeddings.
   *
   * @param device as it is named: cpu, cuda:0
   */
  public DiffusionModel load(String device, Precision precision, AdditionFiles additions) {
    return load(device, precision, additions, MemoryLimit.AUTO);
  }

  /**
   * The same within a limit of the device's memory.
   *
   * @param device as it is named: cpu, cuda:0
   */
  public DiffusionModel load(
      String device, Precision precision, AdditionFiles additions, MemoryLimit limit) {
    return family.load(this, device, precision, additions, limit);
  }

  /**
   * SHA-256 over all that the model is: the same for the same weights in a folder and in a file.
   * Reads the weights, several GB a second; large ones only once, as long as their files stay the
   * same.
   */
  public String hash() {
    return ModelHash.of(this, HashCache.ofUser());
  }

  /**
   * SHA-256 of the single file as it lies on the disk, which other programs know a model by; empty
   * for a folder.
   */
  public Optional<String> fileHash() {
    return checkpoint == null
        ? Optional.empty()
        : Optional.of(ModelHash.ofFile(checkpoint.file(), HashCache.ofUser()));
  }
}
