package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.CountAll;
import demofusion.coordinator.job.Jobs.Find;
import demofusion.coordinator.job.Jobs.ListAll;
import demofusion.coordinator.job.Jobs.Locate;
import demofusion.coordinator.job.Jobs.ProgressDue;
import demofusion.coordinator.job.Jobs.Unwatch;
import demofusion.coordinator.job.Jobs.Watch;
import demofusion.coordinator.job.Jobs.WatcherGone;
import demofusion.coordinator.job.record.Backlog;
import demofusion.coordinator.job.record.Job;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelCard;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What may be asked about the jobs at any time: answering changes nothing but who watches. */
final class JobQuestions {
  private final JobContext shared;

  JobQuestions(JobContext shared) {
    this.shared = shared;
  }

  /** The same behaviour, which answers them too. */
  BehaviorBuilder<Jobs.Command> answeredBy(BehaviorBuilder<Jobs.Command> behavior) {
    return behavior
        .onMessage(Find.class, this::onFind)
        .onMessage(Jobs.Ping.class, this::onPing)
        .onMessage(ListAll.class, this::onListAll)
        .onMessage(CountAll.class, this::onCountAll)
        .onMessage(Jobs.ChooseModel.class, this::onChooseModel)
        .onMessage(Jobs.ShowModelSettings.class, this::onShowModelSettings)
        .onMessage(Locate.class, this::onLocate)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Unwatch.class, this::onUnwatch)
        .onMessage(Jobs.WatchFinished.class, this::onWatchFinished)
        .onMessage(WatcherGone.class, this::onWatcherGone)
        .onMessage(ProgressDue.class, this::onProgressDue);
  }

  private Behavior<Jobs.Command> onFind(Find find) {
    Job job = shared.backlog().find(find.job());
    if (job == null) {
      find.replyTo().tell(Jobs.Reply.refused(unknown(find.job())));
      return Behaviors.same();
    }
    find.replyTo().tell(Jobs.Reply.of(job.view()));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onPing(Jobs.Ping ping) {
    ping.replyTo().tell(Done.done());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onListAll(ListAll list) {
    list.replyTo().tell(new JobList(shared.backlog().newestFirst()));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onCountAll(CountAll count) {
    Backlog backlog = shared.backlog();
    count
        .replyTo()
        .tell(
            new Jobs.Counts(
                backlog.counts(), backlog.longestWait(shared.now()), backlog.tilesLeft()));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onLocate(Locate locate) {
    boolean isThere = shared.backlog().contains(locate.job());
    locate.replyTo().tell(new Jobs.Location(isThere ? shared.data().job(locate.job()) : null));
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onWatch(Watch watch) {
    Job job = shared.backlog().find(watch.job());
    if (job != null) {
      shared.watchers().add(job, watch.subscriber());
    }
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onWatchFinished(Jobs.WatchFinished watch) {
    shared.watchers().addForFinished(watch.subscriber());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onUnwatch(Unwatch unwatch) {
    shared.watchers().remove(unwatch.job(), unwatch.subscriber());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onWatcherGone(WatcherGone gone) {
    shared.watchers().gone(gone.watcher());
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onProgressDue(ProgressDue due) {
    shared.watchers().onProgressDue();
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onChooseModel(Jobs.ChooseModel choose) {
    try {
      ModelCard card = shared.models().resolve(choose.request().model());
      RenderSpec spec = RecommendedSettings.fill(choose.request().spec(), card.settings());
      if (spec.size() != null) {
        shared.settings().limits().requireSize(spec.size());
      }
      choose.replyTo().tell(new Jobs.ModelReply(card, null));
    } catch (DemofusionException refusal) {
      choose.replyTo().tell(new Jobs.ModelReply(null, refusal));
    }
    return Behaviors.same();
  }

  private Behavior<Jobs.Command> onShowModelSettings(Jobs.ShowModelSettings show) {
    show.replyTo().tell(new ModelSettingsList(shared.models().settings()));
    return Behaviors.same();
  }

  static DemofusionException unknown(JobId job) {
    return new DemofusionException(FailureCode.NOT_FOUND, "there is no job " + job);
  }
}
