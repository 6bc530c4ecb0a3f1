package demofusion.coordinator.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a worker's batches are on the timeline: one after another on its lane. When exactly its
 * device began is not known to a few milliseconds, since clocks of two machines are never compared;
 * so a batch is moved by as much as the one before it needs.
 */
final class Lanes {
  /**
   * The device's time of a batch.
   *
   * @param lane a number, the same for all of the lane
   * @param name of the lane, if this is the first on it; otherwise empty
   * @param idleSince when the one before it ended; begin if there is none
   */
  record Place(int lane, String name, long idleSince, long begin, long end) {}

  private static final class Lane {
    final int number;
    long end;

    Lane(int number) {
      this.number = number;
    }
  }

  private final Map<String, List<Lane>> lanes = new HashMap<>();
  private int count;

  /**
   * The place of a batch; in the order of the batches' ends.
   *
   * @param begin when the device began, as far as it is known
   * @param latest when it had ended for certain
   */
  Place place(String worker, long begin, long device, long latest) {
    List<Lane> own = lanes.computeIfAbsent(worker, name -> new ArrayList<>());
    for (Lane lane : own) {
      long from = Math.max(lane.end, Math.min(begin, latest - device));
      long to = Math.min(from + device, latest);
      if (to - from >= device / 2) { // else it really does two at a time
        long idleSince = lane.end;
        lane.end = to;
        return new Place(lane.number, "", idleSince, from, to);
      }
    }
    Lane lane = new Lane(++count);
    lane.end = begin + device;
    own.add(lane);
    String name = own.size() == 1 ? worker : "%s (%s)".formatted(worker, own.size());
    return new Place(lane.number, name, begin, begin, lane.end);
  }

  /** The worker's first lane, for what no device did; 0 if it has none yet. */
  int first(String worker) {
    List<Lane> own = lanes.get(worker);
    return own == null ? 0 : own.get(0).number;
  }

  /** All workers idle until then: the coordinator was away. */
  void restart(long now) {
    lanes.values().forEach(own -> own.forEach(lane -> lane.end = Math.max(lane.end, now)));
  }
}
