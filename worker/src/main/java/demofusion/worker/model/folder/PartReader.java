package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.worker.model.text.ClipTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Reads the parts of a model folder one by one, and remembers every file that it read. */
final class PartReader {
  private final ModelSource source;
  private final Path folder;
  private final Map<String, Path> files = new LinkedHashMap<>();

  /**
   * @param folder where the source's files are
   */
  PartReader(ModelSource source, Path folder) {
    this.source = source;
    this.folder = folder;
  }

  Map<String, Path> files() {
    return files;
  }

  void remember(String name, Path file) {
    files.put(name, file);
  }

  void requireFile(String part, String file) {
    Path path = folder.resolve(part).resolve(file);
    String name = part + "/" + file;
    if (!Files.isRegularFile(path)) {
      throw DemofusionException.badModel("the model folder has no " + name);
    }
    remember(name, path);
  }

  ClipTokenizer tokenizer(String part) {
    Path tokenizerFolder = folder.resolve(part);
    ClipTokenizer.missingFiles(tokenizerFolder).forEach(file -> requireFile(part, file));
    ClipTokenizer tokenizer = ClipTokenizer.read(tokenizerFolder);
    tokenizer.files().forEach(file -> requireFile(part, file));
    return tokenizer;
  }

  /** Where a network lies and what its config.json says; its weights were not looked at yet. */
  record Described<C>(String part, Path folder, C config) {}

  Described<TextTowerConfig> describe(ModelFamily.TextPart text) {
    return describe(text.encoder(), file -> TextTowerConfig.read(file, text.projected()));
  }

  <C> Described<C> describe(String part, Function<ConfigFile, C> readConfig) {
    return describe(part, folder.resolve(part), readConfig);
  }

  /** The model's own VAE, or the one that is wanted in its place: its folder, or a model's. */
  <C> Described<C> describeVae(Function<ConfigFile, C> readConfig) {
    String part = "vae";
    Path given = source.vae() == null ? folder : HubCache.filesOf(Path.of(source.vae()));
    boolean isModel =
        source.vae() == null || Files.isRegularFile(given.resolve(PipelineIndex.FILE));
    return describe(part, isModel ? given.resolve(part) : given, readConfig);
  }

  private <C> Described<C> describe(
      String part, Path partFolder, Function<ConfigFile, C> readConfig) {
    if (!Files.isDirectory(partFolder)) {
      throw DemofusionException.badModel(
          "the model has no part " + part + ": missing folder " + partFolder);
    }
    Path file = partFolder.resolve("config.json");
    String name = part + "/config.json";
    C config = readConfig.apply(ConfigFile.read(file, name));
    remember(name, file);
    return new Described<>(part, partFolder, config);
  }

  /** The weights of a part that transformers saved are called model. */
  <C> ModelFolder.Part<C> transformersPart(Described<C> described, Function<C, Layout> layout) {
    return part(described, "model", layout, TensorNames::ofTower);
  }

  /** The weights of a part that diffusers saved are called diffusion_pytorch_model. */
  <C> ModelFolder.Part<C> diffusersPart(Described<C> described, Function<C, Layout> layout) {
    return part(described, "diffusion_pytorch_model", layout, TensorNames::ofDiffusers);
  }

  private <C> ModelFolder.Part<C> part(
      Described<C> described,
      String stem,
      Function<C, Layout> layout,
      UnaryOperator<String> spelling) {
    String part = described.part();
    WeightFiles found =
        WeightFiles.find(described.folder(), part, stem, Optional.ofNullable(source.variant()));
    Weights weights = Weights.open(part, found, layout.apply(described.config()), spelling);
    for (Path file : found.files()) {
      remember(part + "/" + file.getFileName(), file);
    }
    return new ModelFolder.Part<>(part, described.config(), weights, found.variant());
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
    requireFile("scheduler", "scheduler_config.json");
    String name = "scheduler/scheduler_config.json";
    ConfigFile file = ConfigFile.read(folder.resolve(name), name);
    return SchedulerConfig.fromJson(file.asMap());
  }
}
