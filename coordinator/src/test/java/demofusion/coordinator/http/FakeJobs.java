package demofusion.coordinator.http;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.JobViews;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Jobs that are there because a test put them there; nothing is rendered. */
public final class FakeJobs {
  /** The model that every request means. */
  private static final ModelCard CARD =
      new ModelCard(
          "sdxl", "0123456789abcdef", Renders.SDXL, Renders.EULER, Precision.FLOAT16, "cuda");

  public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  public final Map<String, JobView> jobs = new ConcurrentSkipListMap<>();
  public final BlockingQueue<Jobs.Command> heard = new LinkedBlockingQueue<>();
  public final BlockingQueue<ActorRef<JobEvent>> watchers = new LinkedBlockingQueue<>();
  public final BlockingQueue<ActorRef<JobEvent>> leavers = new LinkedBlockingQueue<>();

  /** What is recommended for models. */
  public final List<ModelSettingsView> settings = new CopyOnWriteArrayList<>();

  private final Path folder;
  private volatile @Nullable DemofusionException refusal;

  /** Of the last request. */
  public volatile @Nullable TraceParent trace;

  private volatile boolean silent;
  private final AtomicInteger early = new AtomicInteger();

  FakeJobs(Path folder) {
    this.folder = folder;
  }

  Behavior<Jobs.Command> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          heard.add(command);
          if (!silent) {
            answer(command);
          }
          return Behaviors.same();
        });
  }

  /** As if nothing had happened yet. */
  public void forget() {
    jobs.clear();
    heard.clear();
    watchers.clear();
    leavers.clear();
    settings.clear();
    refusal = null;
    silent = false;
    early.set(0);
  }

  /** So many submits come before the first model. */
  public void expectModel(int submits) {
    early.set(submits);
  }

  /** From here on every submit, cancel and retry is refused so. */
  public void refuse(FailureCode code, String sentence) {
    refusal = new DemofusionException(code, sentence);
  }

  /** From here on nothing is answered. */
  void fallSilent() {
    silent = true;
  }

  Path folder() {
    return folder;
  }

  public Path folderOf(String id) {
    return folder.resolve(id);
  }

  public <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T element = queue.poll(20, TimeUnit.SECONDS);
    if (element == null) {
      throw new AssertionError("nothing came within 20 s");
    }
    return element;
  }

  /** The next command of this kind. */
  public <T> T nextHeard(Class<T> kind) throws InterruptedException {
    while (true) {
      Jobs.Command command = next(heard);
      if (kind.isInstance(command)) {
        return kind.cast(command);
      }
    }
  }

  private void answer(Jobs.Command command) {
    if (command instanceof Jobs.Submit submit) {
      submit.replyTo().tell(submitted(submit));
    } else if (command instanceof Jobs.Find find) {
      find.replyTo().tell(new Jobs.Reply(jobs.get(find.job().value()), false, null));
    } else if (command instanceof Jobs.Ping ping) {
      ping.replyTo().tell(Done.done());
    } else if (command instanceof Jobs.ListAll list) {
      list.replyTo().tell(new JobList(List.copyOf(jobs.values())));
    } else if (command instanceof Jobs.Cancel cancel) {
      cancel.replyTo().tell(changed(cancel.job().value(), JobState.CANCELLED));
    } else if (command instanceof Jobs.Retry retry) {
      retry.replyTo().tell(changed(retry.job().value(), JobState.QUEUED));
    } else if (command instanceof Jobs.Locate locate) {
      boolean isThere = jobs.containsKey(locate.job().value());
      locate.replyTo().tell(new Jobs.Location(isThere ? folderOf(locate.job().value()) : null));
    } else if (command instanceof Jobs.ShowTiles show) {
      show.replyTo().tell(TileMap.NONE);
    } else if (command instanceof Jobs.Watch watch) {
      JobView job = jobs.get(watch.job().value());
      if (job != null) {
        watch.subscriber().tell(new JobEvent(JobEvent.Kind.STATE, job, null, null));
      }
      watchers.add(watch.subscriber());
    } else if (command instanceof Jobs.Unwatch unwatch) {
      leavers.add(unwatch.subscriber());
    } else if (command instanceof Jobs.ChooseModel choose) {
      choose.replyTo().tell(new Jobs.ModelReply(refusal == null ? CARD : null, refusal));
    } else if (command instanceof Jobs.ShowModelSettings show) {
      show.replyTo().tell(new ModelSettingsList(List.copyOf(settings)));
    } else if (command instanceof Jobs.ChangeModelSettings change) {
      change.replyTo().tell(changed(change));
    } else if (command instanceof Jobs.Prune prune) {
      prune.replyTo().tell(new Pruned(List.of(new JobId("old-1"), new JobId("old-2")), 12345));
    }
  }

  private Jobs.ModelSettingsReply changed(Jobs.ChangeModelSettings change) {
    if (refusal != null) {
      return new Jobs.ModelSettingsReply(null, refusal);
    }
    Map<String, Object> values = new TreeMap<>();
    change.changes().forEach((name, value) -> values.put(name, String.valueOf(value)));
    return new Jobs.ModelSettingsReply(
        new ModelSettingsView(change.model(), "00", values, Map.of(), values), null);
  }

  private Jobs.Reply submitted(Jobs.Submit submit) {
    trace = submit.trace();
    if (early.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
      return Jobs.Reply.early();
    }
    if (refusal != null) {
      return new Jobs.Reply(null, false, refusal);
    }
    String key = submit.idempotencyKey();
    String id = key == null ? "job-" + (jobs.size() + 1) : "key-" + key;
    boolean isNew = !jobs.containsKey(id);
    if (isNew) {
      jobs.put(id, job(id, submit.owner(), JobState.QUEUED, submit.request()));
    }
    return new Jobs.Reply(jobs.get(id), isNew, null);
  }

  private Jobs.Reply changed(String id, JobState state) {
    if (refusal != null) {
      return new Jobs.Reply(null, false, refusal);
    }
    jobs.computeIfPresent(id, (same, job) -> in(job, state));
    return new Jobs.Reply(jobs.get(id), false, null);
  }

  public static JobView in(JobView job, JobState state) {
    return JobViews.like(job).in(state).view();
  }

  private static JobView job(String id, String owner, JobState state, JobRequest request) {
    return job(id, owner, state, request.spec().prompts().prompt());
  }

  /** A job with nothing but what every job has. */
  public static JobView job(String id, String owner, JobState state, String prompt) {
    return JobViews.of(id, NOON).of(owner, prompt).in(state).view();
  }

  /** A job with everything that a job can have. */
  public static JobView fullJob(String id, String owner) {
    return JobViews.of(id, NOON)
        .of(owner, "a fox")
        .in(JobState.PAUSED)
        .because("the disk is full: 12 MB are free and 64 MB are needed", "DISK_FULL")
        .withPriority(3)
        .between(NOON.plusSeconds(1), NOON.plusSeconds(2))
        .drawing(2048, 1536, 50, Long.MAX_VALUE)
        .at(new JobProgress(2, 4, 17, 50, 3, 12, 0.25, 1.5, 600.25))
        .with(List.of(1, 2), true)
        .took(12.5, 40.25, "ab".repeat(32))
        .view();
  }
}
