package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.worker.model.text.ClipTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A diffusers SDXL folder, read and checked whole before libtorch sees any of it: configurations as
 * records, weights found and compared with what the configurations demand. Opening maps files and
 * reads headers only; the weights stay where they are.
 *
 * @param name the folder's last name, for people
 * @param forceZerosForEmptyPrompt whether an absent negative prompt is all zeros (spec section 5)
 * @param tokenizers the first tower's and the second's
 * @param files everything that was read, by its name within the model; what {@link #hash} covers
 */
public record ModelFolder(
    String name,
    boolean forceZerosForEmptyPrompt,
    List<ClipTokenizer> tokenizers,
    Part<TextTowerConfig> firstTower,
    Part<TextTowerConfig> secondTower,
    Part<UnetConfig> unet,
    Part<VaeConfig> vae,
    SchedulerConfig scheduler,
    Map<String, Path> files) {

  /**
   * How to read a folder.
   *
   * @param variant of the weights, such as fp16, where a part has several
   * @param vae another VAE's folder in place of the model's own
   */
  public record Options(Optional<String> variant, Optional<Path> vae) {
    public static Options none() {
      return new Options(Optional.empty(), Optional.empty());
    }
  }

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
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /**
   * Reads and checks a folder.
   *
   * @throws DemofusionException BAD_MODEL with one sentence that names the file and the key or
   *     tensor
   */
  public static ModelFolder open(Path folder, Options options) {
    PipelineIndex index = PipelineIndex.read(folder);
    PartReader reader = new PartReader(folder, options.variant());
    reader.remember(PipelineIndex.FILE, folder.resolve(PipelineIndex.FILE));
    SchedulerConfig scheduler = reader.scheduler();
    List<ClipTokenizer> tokenizers =
        List.of(reader.tokenizer("tokenizer"), reader.tokenizer("tokenizer_2"));
    var first =
        reader.describe(
            "text_encoder",
            folder.resolve("text_encoder"),
            file -> TextTowerConfig.read(file, false));
    var second =
        reader.describe(
            "text_encoder_2",
            folder.resolve("text_encoder_2"),
            file -> TextTowerConfig.read(file, true));
    var unet = reader.describe("unet", folder.resolve("unet"), UnetConfig::read);
    Path vaeFolder = options.vae().map(ModelFolder::vaeFolder).orElse(folder.resolve("vae"));
    var vae = reader.describe("vae", vaeFolder, VaeConfig::read);
    PartsFit.requireWords(first, tokenizers.get(0));
    PartsFit.requireWords(second, tokenizers.get(1));
    PartsFit.requireOneModel(first.config(), second.config(), unet.config(), vae.config());
    ModelFolder model =
        new ModelFolder(
            folder.toAbsolutePath().normalize().getFileName().toString(),
            index.forceZerosForEmptyPrompt(),
            tokenizers,
            reader.transformersPart(first, TextTowerLayout::of),
            reader.transformersPart(second, TextTowerLayout::of),
            reader.diffusersPart(unet, UnetLayout::of),
            reader.diffusersPart(vae, VaeLayout::of),
            scheduler,
            reader.files());
    reader.requireVariantSomewhere(model.parts());
    return model;
  }

  /** A VAE's own folder, or a model folder whose VAE is meant. */
  static Path vaeFolder(Path given) {
    boolean model = Files.isRegularFile(given.resolve(PipelineIndex.FILE));
    return model ? given.resolve("vae") : given;
  }

  public ModelGeometry geometry() {
    return new ModelGeometry(
        unet.config().sampleSize(), unet.config().latentChannels(), vae.config().scaleFactor());
  }

  /** The same without its weights. */
  public Architecture architecture() {
    return new Architecture(
        name, firstTower.config(), secondTower.config(), unet.config(), vae.config(), scheduler);
  }

  /** All networks, in the order of their work. */
  public List<Part<?>> parts() {
    return List.of(firstTower, secondTower, unet, vae);
  }

  /** SHA-256 over everything that the model is; reads the weights, several GB a second. */
  public String hash() {
    return ContentHash.of(files);
  }
}
