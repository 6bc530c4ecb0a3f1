package demofusion.deploy.model;

import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.TensorView;
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
  static PartReport of(ModelFolder.Part<?> part) {
    return new PartReport(
        part.name(),
        part.parameters(),
        precision(part.weights()),
        part.variant(),
        part.weights().storedBytes(),
        part.weights().files().stream().map(file -> String.valueOf(file.getFileName())).toList());
  }

  private static String precision(Weights weights) {
    List<String> types =
        weights.tensors().stream()
            .map(TensorView::typeName)
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
      case "F8_E4M3" -> "float8 (e4m3)";
      case "F8_E5M2" -> "float8 (e5m2)";
      default -> type;
    };
  }
}
