package demofusion.coordinator.store;

import com.fasterxml.jackson.core.type.TypeReference;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which workers an operator drained, as {@code drained-workers.json} in the data folder: a JSON
 * array of names, in the order in which they were drained.
 */
public final class DrainsFile {
  private static final Logger LOG = LoggerFactory.getLogger(DrainsFile.class);
  private static final String OTHERWISE =
      " is not a JSON array of workers; mend it, or remove it to give all workers work again";

  private final Path path;
  private final ReplacedFile<List<String>> file;

  /**
   * @param files where it is written, since that waits for the disk
   */
  public DrainsFile(DataFolder data, Executor files) {
    this.path = data.drainedWorkers();
    this.file =
        new ReplacedFile<>(
            path, files, e -> LOG.error("event=drained-workers-not-kept file={}", path, e));
  }

  /**
   * The names.
   *
   * @throws DemofusionException STORAGE if the file is there and cannot be read: who is about to be
   *     stopped would get work by mistake
   */
  public List<String> read() {
    List<String> names = file.read(new TypeReference<>() {}, OTHERWISE).orElse(List.of());
    if (names.stream().anyMatch(Objects::isNull)) {
      throw new DemofusionException(FailureCode.STORAGE, path + OTHERWISE);
    }
    return names;
  }

  /** Replaces what is in it, soon. */
  public void keep(List<String> names) {
    file.keep(names);
  }
}
