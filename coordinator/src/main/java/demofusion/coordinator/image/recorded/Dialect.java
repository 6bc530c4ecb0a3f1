package demofusion.coordinator.image.recorded;

import java.util.Map;
import java.util.Optional;

/** How one program writes into a picture what it made it from. */
interface Dialect {
  /**
   * @param texts a picture's, by keyword
   * @return empty: this program did not write them
   */
  Optional<Reading> read(Map<String, String> texts);
}
