package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.ChangeModelSettings;
import demofusion.coordinator.job.Jobs.ModelSettingsReply;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.model.ModelSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes what operators recommend for models: one change at a time, in force and answered when it
 * is on disk.
 */
final class OperatorSettings {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorSettings.class);

  /** A change that is being written. */
  private record Change(ChangeModelSettings asked, String hash, Map<String, ModelSettings> all) {}

  private final JobContext shared;
  private final Deque<ChangeModelSettings> waiting = new ArrayDeque<>();
  private @Nullable Change underWay;

  OperatorSettings(JobContext shared) {
    this.shared = shared;
  }

  void change(ChangeModelSettings change) {
    waiting.add(change);
    next();
  }

  private void next() {
    while (underWay == null && !waiting.isEmpty()) {
      ChangeModelSettings asked = waiting.remove();
      try {
        write(prepared(asked));
      } catch (DemofusionException e) {
        Behavior<Jobs.Command> unused = refuse(asked, e);
      }
    }
  }

  private Change prepared(ChangeModelSettings asked) {
    String hash = shared.models().hashOf(asked.model());
    Map<String, ModelSettings> all = new HashMap<>(shared.models().ofOperators());
    ModelSettings changed =
        RecommendedSettings.changed(all.getOrDefault(hash, ModelSettings.NONE), asked.changes());
    if (changed.isEmpty()) {
      all.remove(hash);
    } else {
      all.put(hash, changed);
    }
    return new Change(asked, hash, all);
  }

  private void write(Change change) {
    underWay = change;
    shared
        .tasks()
        .run(
            "the models' settings could not be written",
            () -> {
              OperatorSettingsFile.write(shared.data(), change.all());
              return change;
            },
            (written, failure) -> new Jobs.ModelSettingsWritten(failure));
  }

  void onWritten(Jobs.ModelSettingsWritten written) {
    Change change = underWay;
    underWay = null;
    if (change != null) {
      answer(change, written.failure());
    }
    next();
  }

  private void answer(Change change, @Nullable DemofusionException failure) {
    if (failure != null) {
      Behavior<Jobs.Command> unused = refuse(change.asked(), failure);
      return;
    }
    shared.models().recommend(change.all());
    LOG.info(
        "event=model-settings-changed hash={} settings=\"{}\"",
        change.hash(),
        change.all().getOrDefault(change.hash(), ModelSettings.NONE).words());
    change
        .asked()
        .replyTo()
        .tell(new ModelSettingsReply(shared.models().settings(change.hash()), null));
  }

  static Behavior<Jobs.Command> refuse(ChangeModelSettings change, DemofusionException refusal) {
    change.replyTo().tell(new ModelSettingsReply(null, refusal));
    return Behaviors.same();
  }
}
