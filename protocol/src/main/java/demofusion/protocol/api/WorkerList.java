package demofusion.protocol.api;

import java.util.List;

/** Workers, in the order in which they came: the answer to {@code GET /v1/workers}. */
@Schema("Workers in the order in which they joined.")
public record WorkerList(List<WorkerView> workers) {
  public WorkerList {
    workers = List.copyOf(workers);
  }
}
