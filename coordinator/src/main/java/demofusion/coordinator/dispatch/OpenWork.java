package demofusion.coordinator.dispatch;

import demofusion.protocol.api.TileMap;
import java.util.Map;

/**
 * What of a job is with workers at this moment, as its session knows it. Who has what is the
 * dispatcher's knowledge, which makes a {@link TileMap} of both.
 */
public interface OpenWork {
  /**
   * @param holders by tag: the names of those that have batches of the job in hand
   */
  TileMap heldBy(Map<Long, String> holders);
}
