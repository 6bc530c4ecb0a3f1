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
import demofusion.worker.model.folder.ModelFamily.TextPart;
import demofusion.worker.model.folder.PartReader.Described;
import demofusion.worker.model.text.ClipTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A diffusers folder, read and checked whole before libtorch sees any of it: configurations as
 * records, weights found and compared with what the configurations demand. Opening maps files and
 * reads headers only; the weights stay where they are.
 *
 * @param name for people: the folder's last name, or the repository's in Hugging Face's cache
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is all zeros (spec section 5)
 * @param tokenizers one for each tower
 * @param towers in the order of the family's texts
 * @param settings what the model recommends where a request is silent
 * @param files everything that the model is, by its name within it; what {@link #hash} covers
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
    Map<String, Path> files) {

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
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /**
   * Reads and checks a folder.
   *
   * @throws DemofusionException BAD_MODEL with one sentence that names the file and the key or
   *     tensor
   */
  public static ModelFolder open(ModelSource source) {
    Path folder = HubCache.filesOf(Path.of(source.base()));
    PipelineIndex index = PipelineIndex.read(folder);
    ModelFamily family = index.family();
    PartReader reader = new PartReader(source, folder);
    reader.remember(PipelineIndex.FILE, folder.resolve(PipelineIndex.FILE));
    SchedulerConfig scheduler = reader.scheduler();
    List<ClipTokenizer> tokenizers = new ArrayList<>();
    for (TextPart text : family.texts()) {
      tokenizers.add(reader.tokenizer(text.tokenizer()));
    }
    List<Described<TextTowerConfig>> towers = new ArrayList<>();
    for (TextPart text : family.texts()) {
      towers.add(reader.describe(text));
    }
    Described<UnetConfig> unet = reader.describe("unet", family::readUnet);
    Described<VaeConfig> vae = reader.describeVae(VaeConfig::read);
    for (int n = 0; n < towers.size(); n++) {
      ModelConsistency.requireWords(towers.get(n), tokenizers.get(n));
    }
    ModelConsistency.requireOneLength(family.texts(), tokenizers);
    ModelConsistency.requireOneModel(
        new Architecture(
            HubCache.nameOf(folder),
            towers.stream().map(Described::config).toList(),
            unet.config(),
            vae.config(),
            scheduler),
        family);
    ModelFolder model =
        new ModelFolder(
            HubCache.nameOf(folder),
            family,
            index.forceZerosForEmptyPrompt(),
            tokenizers,
            towers.stream()
                .map(tower -> reader.transformersPart(tower, TextTowerLayout::of))
                .toList(),
            reader.diffusersPart(unet, UnetLayout::of),
            reader.diffusersPart(vae, VaeLayout::of),
            scheduler,
            SettingsFile.beside(folder),
            reader.files());
    reader.requireVariantSomewhere(model.parts());
    return model;
  }

  public ModelGeometry geometry() {
    return new ModelGeometry(
        unet.config().sampleSize(), unet.config().latentChannels(), vae.config().scaleFactor());
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
    return family.load(this, device, precision, additions);
  }

  /** SHA-256 over everything that the model is; reads the weights, several GB a second. */
  public String hash() {
    return ContentHash.of(files);
  }
}
