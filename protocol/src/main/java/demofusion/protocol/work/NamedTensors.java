package demofusion.protocol.work;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors by names that mean something to the model that made them, and to nobody else: whoever
 * carries them keeps them as they are.
 *
 * @param byName in the order of their names, whatever map they came in: the order of Java's
 *     unmodifiable maps is another one in each process
 */
public record NamedTensors(Map<String, Tensor> byName) {
  public NamedTensors {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  /**
   * One of them, for the model that knows what it means.
   *
   * @throws DemofusionException BAD_REQUEST if another model made them
   */
  public Tensor get(String name) {
    Tensor tensor = byName.get(name);
    if (tensor == null) {
      throw DemofusionException.badRequest(
          "the tensors are %s and \"%s\" is not among them: another model's"
              .formatted(names(), name));
    }
    return tensor;
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** In the order of {@link #names}. */
  public List<Tensor> tensors() {
    return List.copyOf(byName.values());
  }
}
