package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.tensor.TensorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the safetensors files of one part: one file or shards with an index, in the plain precision
 * or in a variant ("fp16") that is part of the name.
 *
 * @param variant what the name says between stem and ending; empty for the plain one
 * @param index of shards; empty for a single file
 * @param files in the order of their names
 */
record WeightFiles(String variant, Optional<Path> index, List<Path> files) {
  WeightFiles {
    files = List.copyOf(files);
  }

  /**
   * @param part the part's name within the model folder, for sentences
   * @param stem "model" for transformers' parts, "diffusion_pytorch_model" for diffusers'
   * @param variant the one that is wanted; where this part has only others, null or not, the rules
   *     of {@link #choose} decide
   */
  static WeightFiles find(Path folder, String part, String stem, Optional<String> variant) {
    List<String> names = listNames(folder, part);
    Map<String, String> single = byVariant(names, stem, "\\.safetensors");
    Map<String, String> sharded = byVariant(names, stem, "\\.safetensors\\.index\\.json");
    // the newer spelling puts the variant before the ending: model.safetensors.index.fp16.json
    Pattern newer = Pattern.compile(Pattern.quote(stem) + "\\.safetensors\\.index\\.(\\w+)\\.json");
    for (String name : names) {
      Matcher matcher = newer.matcher(name);
      if (matcher.matches()) {
        sharded.put(matcher.group(1), name);
      }
    }
    TreeSet<String> variants = new TreeSet<>(single.keySet());
    variants.addAll(sharded.keySet());
    if (variants.isEmpty()) {
      throw nothingFound(part, stem, names);
    }
    String chosen = choose(part, variants, variant);
    String file = single.get(chosen);
    if (file != null) {
      return new WeightFiles(chosen, Optional.empty(), List.of(folder.resolve(file)));
    }
    Path index = folder.resolve(sharded.get(chosen));
    return new WeightFiles(chosen, Optional.of(index), shards(folder, part, index));
  }

  /**
   * Opens all of them.
   *
   * @param spelling from a name in a file to the layout's
   */
  TensorSet read(String part, UnaryOperator<String> spelling) {
    TensorSet.Builder tensors = new TensorSet.Builder(part);
    files.forEach(file -> tensors.addAll(SafetensorsFile.open(file), spelling));
    return tensors.build(files, variant);
  }

  /** The wanted variant, else the plain weights, else the only variant that there is. */
  private static String choose(String part, TreeSet<String> variants, Optional<String> wanted) {
    if (wanted.isPresent() && variants.contains(wanted.get())) {
      return wanted.get();
    }
    if (variants.contains("")) {
      return "";
    }
    if (wanted.isEmpty() && variants.size() == 1) {
      return variants.first();
    }
    String there = String.join(", ", variants);
    throw DemofusionException.badModel(
        wanted
            .map(name -> part + " has no variant \"" + name + "\", only " + there)
            .orElse(part + " has several variants, " + there + ": choose with --variant"));
  }

  private static Map<String, String> byVariant(List<String> names, String stem, String ending) {
    Pattern pattern = Pattern.compile(Pattern.quote(stem) + "(?:\\.(\\w+))?" + ending);
    Map<String, String> found = new TreeMap<>();
    for (String name : names) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches()) {
        found.put(matcher.group(1) == null ? "" : matcher.group(1), name);
      }
    }
    return found;
  }

  private static List<Path> shards(Path folder, String part, Path index) {
    String name = part + "/" + index.getFileName();
    List<Path> files = new ArrayList<>();
    for (String shard :
        new TreeSet<>(ConfigFile.read(index, name).textMap("weight_map").values())) {
      if (!shard.matches("[\\w.-]+\\.safetensors")) {
        throw DemofusionException.badModel(
            "%s names the shard \"%s\", which is not a safetensors file in the same folder"
                .formatted(name, shard));
      }
      if (!Files.isRegularFile(folder.resolve(shard))) {
        throw DemofusionException.badModel(
            name + " names the shard " + shard + ", which does not exist");
      }
      files.add(folder.resolve(shard));
    }
    return files;
  }

  private static DemofusionException nothingFound(String part, String stem, List<String> names) {
    for (String name : names) {
      if (name.matches(".*\\.(bin|pt|pth|ckpt|msgpack|h5)")) {
        return DemofusionException.badModel(
            ("%s has its weights only as %s, a format that can contain code: save the "
                    + "model again as safetensors (save_pretrained with safe_serialization=True)")
                .formatted(part, name));
      }
    }
    return DemofusionException.badModel(
        part + " has no weights: neither " + stem + ".safetensors nor shards nor a variant");
  }

  private static List<String> listNames(Path folder, String part) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, "the model folder has no readable folder " + part, e);
    }
  }
}
