package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the parts of a model folder one by one, and remembers every file that it read. */
final class PartReader {
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

  /** A part that transformers saved: its weights are called model. */
  <C> ModelFolder.Part<C> transformersPart(
      String part, Function<ConfigFile, C> config, Function<C, Layout> layout) {
    return part(part, folder.resolve(part), "model", config, layout);
  }

  /** A part that diffusers saved: its weights are called diffusion_pytorch_model. */
  <C> ModelFolder.Part<C> diffusersPart(
      String part, Path partFolder, Function<ConfigFile, C> config, Function<C, Layout> layout) {
    return part(part, partFolder, "diffusion_pytorch_model", config, layout);
  }

  private <C> ModelFolder.Part<C> part(
      String part,
      Path partFolder,
      String stem,
      Function<ConfigFile, C> readConfig,
      Function<C, Layout> readLayout) {
    if (!Files.isDirectory(partFolder)) {
      throw DemofusionException.badModel(
          "the model lacks the part " + part + ": there is no folder " + partFolder);
    }
    Path configFile = partFolder.resolve("config.json");
    C config = readConfig.apply(ConfigFile.read(configFile, part + "/config.json"));
    remember(part + "/config.json", configFile);
    WeightFiles found = WeightFiles.find(partFolder, part, stem, variant);
    Weights weights = Weights.open(part, found, readLayout.apply(config));
    for (Path file : found.files()) {
      remember(part + "/" + file.getFileName(), file);
    }
    return new ModelFolder.Part<>(part, config, weights, found.variant());
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
    return new SchedulerConfig(SchedulerKind.EULER, file.asMap());
  }
}
