package demofusion.coordinator.http;

import demofusion.coordinator.render.WorkerView;
import demofusion.coordinator.render.Workers;
import demofusion.protocol.DispatcherProtocol;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Workers that are there because a test put them there. */
final class FakeWorkers {
  final Map<String, WorkerView> workers = new ConcurrentSkipListMap<>();

  Behavior<DispatcherProtocol.Command> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof Workers.ListAll list) {
            list.replyTo().tell(new Workers.Listing(List.copyOf(workers.values())));
          } else if (command instanceof Workers.Drain drain) {
            WorkerView worker = workers.get(drain.worker());
            if (worker != null) {
              workers.put(
                  drain.worker(),
                  worker(
                      drain.worker(),
                      drain.letBack() ? WorkerView.State.READY : WorkerView.State.DRAINING,
                      drain.letBack() ? null : "an operator wants it to get nothing"));
            }
            drain.replyTo().tell(new Workers.Drained(workers.get(drain.worker())));
          }
          return Behaviors.same();
        });
  }

  static WorkerView worker(String name, WorkerView.State state, @Nullable String reason) {
    return new WorkerView(
        name,
        state,
        reason,
        "sdxl",
        "0123456789abcdef",
        "float16",
        "cuda NVIDIA L4",
        1024,
        2,
        4,
        1,
        100,
        1,
        3.5,
        FakeJobs.NOON);
  }
}
