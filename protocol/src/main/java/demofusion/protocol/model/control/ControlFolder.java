package demofusion.protocol.model.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.file.PickleNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where a ControlNet lies: one file, or a folder of diffusers' with config.json beside its weights,
 * which are one file, a variant of it ({@code fp16}) or shards with an index.
 *
 * @param files of its weights
 */
record ControlFolder(List<Path> files, ControlConfig config) {
  private static final String CONFIG = "config.json";
  private static final String STEM = "diffusion_pytorch_model";
  private static final String ENDING = ".safetensors";
  private static final String INDEX = ".safetensors.index.json";
  private static final JsonMapper JSON = new JsonMapper();

  ControlFolder {
    files = List.copyOf(files);
  }

  static ControlFolder find(Path path) {
    Path there = HubCache.filesOf(path);
    if (Files.isDirectory(there)) {
      return ofFolder(there);
    }
    Path folder = there.toAbsolutePath().getParent();
    if (folder == null || !String.valueOf(there.getFileName()).startsWith(STEM)) {
      return new ControlFolder(List.of(there), ControlConfig.NONE);
    }
    Path config = folder.resolve(CONFIG);
    return new ControlFolder(
        List.of(there),
        Files.isRegularFile(config) ? ControlConfig.read(config) : ControlConfig.NONE);
  }

  private static ControlFolder ofFolder(Path folder) {
    Path config = folder.resolve(CONFIG);
    if (!Files.isRegularFile(config)) {
      throw DemofusionException.badModel(
          "the folder %s has no %s: give a ControlNet's folder, or its file"
              .formatted(folder, CONFIG));
    }
    return new ControlFolder(weights(folder), ControlConfig.read(config));
  }

  private static List<Path> weights(Path folder) {
    List<String> names = names(folder);
    if (names.contains(STEM + ENDING)) {
      return List.of(folder.resolve(STEM + ENDING));
    }
    if (names.contains(STEM + INDEX)) {
      return shards(folder, folder.resolve(STEM + INDEX));
    }
    List<String> variants =
        names.stream().filter(name -> name.matches(STEM + "\\.\\w+\\.safetensors")).toList();
    String fp16 = STEM + ".fp16" + ENDING;
    if (variants.size() == 1 || variants.contains(fp16)) {
      return List.of(folder.resolve(variants.size() == 1 ? variants.get(0) : fp16));
    }
    if (!variants.isEmpty()) {
      throw DemofusionException.badModel(
          "%s has several variants, %s: give the file that is meant"
              .formatted(folder, String.join(", ", variants)));
    }
    boolean isPickle = names.stream().anyMatch(PickleNames::has);
    throw DemofusionException.badModel(
        isPickle
            ? "%s has its weights only as a pickle, which could run code: convert it to safetensors"
                .formatted(folder)
            : "%s has no weights: neither %s nor shards nor a variant"
                .formatted(folder, STEM + ENDING));
  }

  private static List<Path> shards(Path folder, Path index) {
    TreeSet<String> names = new TreeSet<>();
    try {
      JsonNode map = JSON.readTree(Files.readAllBytes(index)).path("weight_map");
      map.forEach(file -> names.add(file.asText()));
    } catch (JacksonException e) {
      throw new DemofusionException(FailureCode.BAD_MODEL, index + " is not valid JSON", e);
    } catch (IOException e) {
      throw unreadable(index, e);
    }
    for (String name : names) {
      if (!name.matches("[\\w.-]+\\.safetensors") || !Files.isRegularFile(folder.resolve(name))) {
        throw DemofusionException.badModel(
            "%s names a shard that is no safetensors file in its folder".formatted(index));
      }
    }
    if (names.isEmpty()) {
      throw DemofusionException.badModel(index + " names no shards");
    }
    return names.stream().map(folder::resolve).toList();
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static DemofusionException unreadable(Path path, IOException e) {
    return new DemofusionException(
        FailureCode.BAD_MODEL, path + " cannot be read: " + SafeFile.reason(e), e);
  }
}
