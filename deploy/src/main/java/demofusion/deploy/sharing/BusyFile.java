package demofusion.deploy.sharing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A file is there as long as the card is wanted. */
record BusyFile(Path file) implements CardOwner {
  @Override
  public Optional<String> wants(Instant now) {
    return Files.exists(file) ? Optional.of(file + " is there") : Optional.empty();
  }
}
