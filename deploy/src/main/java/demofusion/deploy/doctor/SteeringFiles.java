package demofusion.deploy.doctor;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Networks that are to steer images beside the model.
 *
 * @param controls ControlNets, files or folders
 * @param adapters IP-Adapters
 * @param encoder the image encoder of all of them; null: what lies beside each
 */
public record SteeringFiles(List<Path> controls, List<Path> adapters, @Nullable Path encoder) {
  static final SteeringFiles NONE = new SteeringFiles(List.of(), List.of(), null);

  public SteeringFiles {
    controls = List.copyOf(controls);
    adapters = List.copyOf(adapters);
  }
}
