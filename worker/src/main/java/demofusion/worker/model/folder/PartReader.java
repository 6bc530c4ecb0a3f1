package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.worker.model.text.ClipTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the parts of a model folder one by one, and remembers every file that it read. */
final class PartReader {
  private static final List<String> TOKENIZER_FILES =
      List.of("tokenizer_config.json", "vocab.json", "merges.txt");
  private static final String SPECIAL_TOKENS = "special_tokens_map.json";

  private final Path folder;
  private final Optional<String> variant;
  private final Map<String, Path> files = new LinkedHashMap<>();

  PartReader(Path folder, Optional<String> variant) {
    this.folder = folder;
    this.variant = variant;
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
    for (String file : TOKENIZER_FILES) {
      requireFile(part, file);
    }
    Path optional = folder.resolve(part).resolve(SPECIAL_TOKENS);
    if (Files.isRegularFile(optional)) {
      remember(part + "/" + SPECIAL_TOKENS, optional);
    }
    return ClipTokenizer.read(folder.resolve(part));
  }

  /** Where a network lies and what its config.json says; its weights were not looked at yet. */
  record Described<C>(String part, Path folder, C config) {}

  <C> Described<C> describe(String part, Path partFolder, Function<ConfigFile, C> readConfig) {
    if (!Files.isDirectory(partFolder)) {
      throw DemofusionException.badModel(
          "the model lacks the part " + part + ": there is no folder " + partFolder);
    }
    Path file = partFolder.resolve("config.json");
    String name = part + "/config.json";
    C config = readConfig.apply(ConfigFile.read(file, name));
    remember(name, file);
    return new Described<>(part, partFolder, config);
  }

  /** The weights of a part that transformers saved are called model. */
  <C> ModelFolder.Part<C> transformersPart(Described<C> described, Function<C, Layout> layout) {
    return part(described, "model", layout);
  }

  /** The weights of a part that diffusers saved are called diffusion_pytorch_model. */
  <C> ModelFolder.Part<C> diffusersPart(Described<C> described, Function<C, Layout> layout) {
    return part(described, "diffusion_pytorch_model", layout);
  }

  private <C> ModelFolder.Part<C> part(
      Described<C> described, String stem, Function<C, Layout> layout) {
    String part = described.part();
    WeightFiles found = WeightFiles.find(described.folder(), part, stem, variant);
    Weights weights = Weights.open(part, found, layout.apply(described.config()));
    for (Path file : found.files()) {
      remember(part + "/" + file.getFileName(), file);
    }
    return new ModelFolder.Part<>(part, described.config(), weights, found.variant());
  }

  /** A part without the wanted variant uses its plain weights, but some part must have it. */
  void requireVariantSomewhere(List<ModelFolder.Part<?>> parts) {
    if (variant.isPresent()
        && parts.stream().noneMatch(part -> part.variant().equals(variant.get()))) {
      throw DemofusionException.badModel(
          "no part of the model has weights of the variant \"" + variant.get() + "\"");
    }
  }

  SchedulerConfig scheduler() {
    requireFile("scheduler", "scheduler_config.json");
    String name = "scheduler/scheduler_config.json";
    ConfigFile file = ConfigFile.read(folder.resolve(name), name);
    return SchedulerConfig.fromJson(file.asMap());
  }
}
