package demofusion.deploy.model;

import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.Weights;
import java.util.List;

/**
 * One network of a model folder.
 *
 * @param precision of the stored weights
 * @param variant of the weight files; empty for the plain ones
 * @param files that the weights lie in
 */
public record PartReport(
    String name,
    long parameters,
    String precision,
    String variant,
    long storedBytes,
    List<String> files) {
  static PartReport of(ModelFolder.Part<?> part, List<String> files) {
    return new PartReport(
        part.name(),
        part.parameters(),
        precision(part.weights()),
        part.variant(),
        part.weights().storedBytes(),
        files);
  }

  private static String precision(Weights weights) {
    List<String> types =
        weights.layout().shapes().keySet().stream()
            .map(weights::type)
            .distinct()
            .map(PartReport::word)
            .sorted()
            .toList();
    return String.join(" and ", types);
  }

  private static String word(String type) {
    return switch (type) {
      case "F32" -> "float32";
      case "F16" -> "float16";
      case "BF16" -> "bfloat16";
      default -> type;
    };
  }
}
