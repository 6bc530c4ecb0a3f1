package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.Caller;
import demofusion.coordinator.job.JobView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests whose pictures are not all there, by who asked. WebUI draws for one user and one request
 * at a time; here everyone has a first one, which {@code progress} tells of and {@code interrupt}
 * stops. There are never more than the farm takes jobs. For any thread.
 */
final class RequestsInHand {
  /**
   * One of them.
   *
   * @param number that no other has
   * @param jobs in the order in which they were asked for
   */
  record InHand(long number, List<JobView> jobs) {
    InHand {
      jobs = List.copyOf(jobs);
    }
  }

  private final Map<String, Deque<InHand>> byCaller = new HashMap<>();
  private long begun;

  synchronized InHand begin(Caller caller, List<JobView> jobs) {
    InHand inHand = new InHand(++begun, jobs);
    byCaller.computeIfAbsent(caller.name(), name -> new ArrayDeque<>()).add(inHand);
    return inHand;
  }

  synchronized void end(Caller caller, InHand ended) {
    Deque<InHand> all = byCaller.getOrDefault(caller.name(), new ArrayDeque<>());
    all.removeIf(inHand -> inHand.number() == ended.number());
    if (all.isEmpty()) {
      byCaller.remove(caller.name());
    }
  }

  /** The caller's oldest. */
  synchronized Optional<InHand> first(Caller caller) {
    return Optional.ofNullable(byCaller.get(caller.name())).map(Deque::peek);
  }
}
