package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.auth.Caller;
import demofusion.protocol.api.JobView;
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
final class RequestsInFlight {
  /**
   * One of them.
   *
   * @param number that no other has
   * @param jobs in the order in which they were asked for
   */
  record Request(long number, List<JobView> jobs) {
    Request {
      jobs = List.copyOf(jobs);
    }
  }

  private final Map<String, Deque<Request>> byCaller = new HashMap<>();
  private long begun;

  synchronized Request begin(Caller caller, List<JobView> jobs) {
    Request request = new Request(++begun, jobs);
    byCaller.computeIfAbsent(caller.name(), name -> new ArrayDeque<>()).add(request);
    return request;
  }

  synchronized void end(Caller caller, Request ended) {
    Deque<Request> all = byCaller.getOrDefault(caller.name(), new ArrayDeque<>());
    all.removeIf(request -> request.number() == ended.number());
    if (all.isEmpty()) {
      byCaller.remove(caller.name());
    }
  }

  /** The caller's oldest. */
  synchronized Optional<Request> first(Caller caller) {
    return Optional.ofNullable(byCaller.get(caller.name())).map(Deque::peek);
  }
}
