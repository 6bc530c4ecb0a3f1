package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * @param tokenizers the first tower's folder and the second's
 * @param files everything that was read, by its name within the model; what {@link #hash} covers
 */
public record ModelFolder(
    String name,
    boolean forceZerosForEmptyPrompt,
    List<Path> tokenizers,
    Part<TextTowerConfig> firstTower,
    Part<TextTowerConfig> secondTower,
    Part<UnetConfig> unet,
    Part<VaeConfig> vae,
    SchedulerConfig scheduler,
    Map<String, Path> files) {

  private static final List<String> TOKENIZER_FILES =
      List.of("tokenizer_config.json", "vocab.json", "merges.txt");

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
    List<Path> tokenizers = new ArrayList<>();
    for (String part : List.of("tokenizer", "tokenizer_2")) {
      for (String file : TOKENIZER_FILES) {
        reader.requireFile(part, file);
      }
      tokenizers.add(folder.resolve(part));
    }
    Part<TextTowerConfig> firstTower =
        reader.transformersPart(
            "text_encoder", file -> TextTowerConfig.read(file, false), TextTowerLayout::of);
    Part<TextTowerConfig> secondTower =
        reader.transformersPart(
            "text_encoder_2", file -> TextTowerConfig.read(file, true), TextTowerLayout::of);
    Part<UnetConfig> unet =
        reader.diffusersPart("unet", folder.resolve("unet"), UnetConfig::read, UnetLayout::of);
    Path vaeFolder = options.vae().map(ModelFolder::vaeFolder).orElse(folder.resolve("vae"));
    Part<VaeConfig> vae = reader.diffusersPart("vae", vaeFolder, VaeConfig::read, VaeLayout::of);
    reader.requireVariantSomewhere(List.of(firstTower, secondTower, unet, vae));
    ModelFolder model =
        new ModelFolder(
            folder.toAbsolutePath().normalize().getFileName().toString(),
            index.forceZerosForEmptyPrompt(),
            tokenizers,
            firstTower,
            secondTower,
            unet,
            vae,
            scheduler,
            reader.files());
    model.checkThatPartsFit();
    return model;
  }

  /** A VAE's own folder, or a model folder whose VAE is meant. */
  private static Path vaeFolder(Path given) {
    boolean model = Files.isRegularFile(given.resolve(PipelineIndex.FILE));
    return model ? given.resolve("vae") : given;
  }

  private void checkThatPartsFit() {
    UnetConfig network = unet.config();
    int textWidth = firstTower.config().width() + secondTower.config().width();
    requireEqual(
        "cross_attention_dim", network.contextWidth(), "both towers' hidden_size", textWidth);
    int pooled = secondTower.config().projectionWidth();
    requireEqual(
        "projection_class_embeddings_input_dim",
        network.addedWidth(),
        "text_encoder_2's projection_dim and 6 times addition_time_embed_dim",
        pooled + UnetConfig.TIME_IDS * network.timeIdsWidth());
    requireEqual(
        "in_channels",
        network.latentChannels(),
        "the VAE's latent_channels",
        vae.config().latentChannels());
  }

  private static void requireEqual(String key, int value, String other, int sum) {
    if (value != sum) {
      throw DemofusionException.badModel(
          "unet/config.json: " + key + " " + value + " must equal " + other + ", " + sum);
    }
  }

  public ModelGeometry geometry() {
    return new ModelGeometry(
        unet.config().sampleSize(), unet.config().latentChannels(), vae.config().scaleFactor());
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
