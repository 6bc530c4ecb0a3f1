package demofusion.coordinator.http;

import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Workers that are there because a test put them there. */
public final class FakeWorkers {
  public final Map<String, WorkerView> workers = new ConcurrentSkipListMap<>();

  /** What was asked for. */
  public final List<DispatcherCommand.Pause> pauses = new CopyOnWriteArrayList<>();

  Behavior<DispatcherCommand> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof DispatcherCommand.ListWorkers list) {
            list.replyTo().tell(new WorkerList(List.copyOf(workers.values())));
          } else if (command instanceof DispatcherCommand.Drain drain) {
            WorkerView worker = workers.get(drain.worker());
            if (worker != null) {
              workers.put(
                  drain.worker(),
                  worker(
                      drain.worker(),
                      drain.readmit() ? WorkerView.State.READY : WorkerView.State.DRAINING,
                      drain.readmit() ? null : "an operator wants it to get nothing"));
            }
            drain.replyTo().tell(new DispatcherCommand.Drained(workers.get(drain.worker())));
          } else if (command instanceof DispatcherCommand.Pause pause) {
            pauses.add(pause);
            boolean isKnown = workers.containsKey(pause.worker());
            pause.replyTo().tell(new DispatcherCommand.Paused(isKnown));
          }
          return Behaviors.same();
        });
  }

  public static WorkerView worker(String name, WorkerView.State state, @Nullable String reason) {
    return worker(name, state, reason, "sdxl", "0123456789abcdef");
  }

  /** One with another model. */
  public static WorkerView with(String name, String model, String hash) {
    return worker(name, WorkerView.State.READY, null, model, hash);
  }

  private static WorkerView worker(
      String name, WorkerView.State state, @Nullable String reason, String model, String hash) {
    return new WorkerView(
        name,
        state,
        reason,
        model,
        hash,
        "float16",
        "cuda NVIDIA L4",
        1024,
        2,
        4,
        1,
        100,
        1,
        3.5,
        12L,
        0L,
        FakeJobs.NOON);
  }
}
