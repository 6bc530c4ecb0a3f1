package demofusion.worker.model.tensor;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * All tensors that there are of one part of a model, by their names in a folder.
 *
 * @param part its name within the model folder, for sentences
 * @param files that they lie in
 * @param variant of the files, such as fp16; empty for the plain ones
 */
public record TensorSet(
    String part, Map<String, TensorView> tensors, List<Path> files, String variant) {
  public TensorSet {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    files = List.copyOf(files);
  }

  /** Collects tensors one by one, and each only once. */
  public static final class Builder {
    private final String part;
    private final Map<String, TensorView> tensors = new LinkedHashMap<>();

    public Builder(String part) {
      this.part = part;
    }

    /** All of a file's, under other names. */
    public Builder addAll(SafetensorsFile file, UnaryOperator<String> spelling) {
      file.entries()
          .forEach(entry -> add(spelling.apply(entry.name()), TensorView.of(file, entry)));
      return this;
    }

    public Builder add(String name, TensorView tensor) {
      TensorView other = tensors.put(name, tensor);
      if (other == null) {
        return this;
      }
      if (!other.name().equals(tensor.name())) {
        throw DemofusionException.badModel(
            "%s has the tensor %s under another name too, %s: it must be there once"
                .formatted(part, name, other.name()));
      }
      throw DemofusionException.badModel(
          "%s has the tensor %s in both %s and %s"
              .formatted(part, name, other.fileName(), tensor.fileName()));
    }

    public boolean isEmpty() {
      return tensors.isEmpty();
    }

    public TensorSet build(List<Path> files, String variant) {
      return new TensorSet(part, tensors, files, variant);
    }
  }
}
