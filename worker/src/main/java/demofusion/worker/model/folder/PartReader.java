package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.worker.model.checkpoint.Checkpoint;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.tensor.TensorNames;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.text.ClipTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Reads the parts of a model one by one. */
final class PartReader {
  private static final String VAE = "vae";
  private static final String CONFIG = "config.json";
  private static final String DIFFUSERS_STEM = "diffusion_pytorch_model";

  private final ModelSource source;
  private final ModelParts model;

  PartReader(ModelSource source, ModelParts model) {
    this.source = source;
    this.model = model;
  }

  private void requireFile(String name) {
    if (!model.files().has(name)) {
      throw DemofusionException.badModel("the model folder has no " + name);
    }
  }

  ClipTokenizer tokenizer(String part) {
    ModelFiles folder = model.files().under(part);
    ClipTokenizer.missingFiles(folder).forEach(file -> requireFile(part + "/" + file));
    return ClipTokenizer.read(folder);
  }

  /**
   * What a network's config.json says, and where its tensors are; they were not looked at yet.
   *
   * @param content of config.json
   */
  record Described<C>(
      String part, C config, byte[] content, Function<UnaryOperator<String>, TensorSet> tensors) {}

  Described<TextTowerConfig> describe(ModelFamily.TextPart text) {
    // the weights of a part that transformers saved are called model
    return describe(text.encoder(), "model", file -> TextTowerConfig.read(file, text.projected()));
  }

  Described<UnetConfig> describeUnet(Function<ConfigFile, UnetConfig> readConfig) {
    return describe("unet", DIFFUSERS_STEM, readConfig);
  }

  private <C> Described<C> describe(String part, String stem, Function<ConfigFile, C> readConfig) {
    model.require(part);
    return describe(
        part,
        model.files(),
        part + "/" + CONFIG,
        readConfig,
        spelling -> model.tensors(part, stem, spelling));
  }

  private static <C> Described<C> describe(
      String part,
      ModelFiles files,
      String file,
      Function<ConfigFile, C> readConfig,
      Function<UnaryOperator<String>, TensorSet> tensors) {
    String name = part + "/" + CONFIG;
    if (!files.has(file)) {
      throw DemofusionException.badModel("the model folder has no " + name);
    }
    byte[] content = files.read(file);
    return new Described<>(part, readConfig.apply(ConfigFile.of(content, name)), content, tensors);
  }

  /**
   * The model's own VAE, or the one that is wanted in its place: its folder, a file or a model's.
   */
  Described<VaeConfig> describeVae(Function<ConfigFile, VaeConfig> readConfig) {
    if (source.vae() == null) {
      return describe(VAE, DIFFUSERS_STEM, readConfig);
    }
    Path given = HubCache.filesOf(Path.of(source.vae()));
    if (Files.isRegularFile(given)) {
      Checkpoint.Vae file = Checkpoint.vae(given, model.files());
      return describe(
          VAE, file.configs(), VAE + "/" + CONFIG, readConfig, spelling -> file.tensors());
    }
    boolean isModel = Files.isRegularFile(given.resolve(PipelineIndex.FILE));
    Path folder = isModel ? given.resolve(VAE) : given;
    FolderParts.requireFolder(VAE, folder);
    return describe(
        VAE,
        ModelFiles.of(folder),
        CONFIG,
        readConfig,
        spelling ->
            WeightFiles.find(folder, VAE, DIFFUSERS_STEM, Optional.ofNullable(source.variant()))
                .read(VAE, spelling));
  }

  ModelFolder.Part<TextTowerConfig> tower(Described<TextTowerConfig> described) {
    return part(described, TextTowerLayout::of, TensorNames::ofTower);
  }

  /** A UNet or a VAE. */
  <C> ModelFolder.Part<C> network(Described<C> described, Function<C, Layout> layout) {
    return part(described, layout, TensorNames::ofDiffusers);
  }

  private static <C> ModelFolder.Part<C> part(
      Described<C> described, Function<C, Layout> layout, UnaryOperator<String> spelling) {
    TensorSet tensors = described.tensors().apply(spelling);
    Weights weights = Weights.of(tensors, layout.apply(described.config()));
    return new ModelFolder.Part<>(described.part(), described.config(), weights, tensors.variant());
  }

  /** A part without the wanted variant uses its plain weights, but some part must have it. */
  void requireVariantSomewhere(List<ModelFolder.Part<?>> parts) {
    String variant = source.variant();
    if (variant != null && parts.stream().noneMatch(part -> part.variant().equals(variant))) {
      throw DemofusionException.badModel(
          "no part of the model has weights in the variant \"" + variant + "\"");
    }
  }

  SchedulerConfig scheduler() {
    String name = "scheduler/scheduler_config.json";
    requireFile(name);
    return SchedulerConfig.fromJson(ConfigFile.read(model.files(), name).asMap());
  }
}
