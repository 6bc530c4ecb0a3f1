package demofusion.deploy.command.lab;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Several models' pictures can only be compared if all have one size. */
final class OneSize {
  private final Map<PixelExtent, String> models = new LinkedHashMap<>();

  /**
   * @param size of the model's pictures; what it refuses is refused in the model's name
   */
  void add(String model, Supplier<PixelExtent> size) {
    try {
      models.putIfAbsent(size.get(), model);
    } catch (DemofusionException e) {
      throw new DemofusionException(e.code(), "model " + model + ": " + e.userMessage(), e);
    }
  }

  /**
   * @throws DemofusionException BAD_REQUEST, with the sizes that there are
   */
  void require() {
    if (models.size() > 1) {
      throw DemofusionException.badRequest(
          "the models draw images of different sizes ("
              + models.entrySet().stream()
                  .map(entry -> entry.getValue() + " " + entry.getKey())
                  .collect(Collectors.joining(", "))
              + "): choose one for all of them with --size");
    }
  }
}
