package demofusion.coordinator.job.settle;

import demofusion.coordinator.job.record.FolderContents;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Pruned;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What was done on a file thread to settle jobs; the actor that keeps them receives it, and takes
 * it back to whoever had it done.
 */
public sealed interface Settlement {
  /** Who concludes what: whoever has a new kind of settlement does not compile without it. */
  interface Visitor {
    void ended(Ended ended);

    void saved(Saved saved);

    void reopened(Reopened reopened);

    void removed(Removed removed);
  }

  void accept(Visitor visitor);

  /**
   * How a job ended is found out, and in its folder if that could be.
   *
   * @param end null: it could not even be found out
   */
  record Ended(JobId job, @Nullable End end, @Nullable DemofusionException bug)
      implements Settlement {
    @Override
    public void accept(Visitor visitor) {
      visitor.ended(this);
    }
  }

  /**
   * A job's end.
   *
   * @param unsaved why it is not in the job's folder; null if it is
   */
  record End(JobRecord record, FolderContents contents, @Nullable DemofusionException unsaved) {}

  /** A record is in its job's folder, or why not. */
  record Saved(JobRecord record, @Nullable DemofusionException failure) implements Settlement {
    @Override
    public void accept(Visitor visitor) {
      visitor.saved(this);
    }
  }

  /** A job is to be done again, or why not. */
  record Reopened(JobId job, @Nullable JobRecord record, @Nullable DemofusionException failure)
      implements Settlement {
    @Override
    public void accept(Visitor visitor) {
      visitor.reopened(this);
    }
  }

  /**
   * Folders of finished jobs are removed.
   *
   * @param asked of which the others could not be removed
   * @param replyTo null: nobody asked
   */
  record Removed(List<JobId> asked, List<JobId> removed, @Nullable ActorRef<Pruned> replyTo)
      implements Settlement {
    @Override
    public void accept(Visitor visitor) {
      visitor.removed(this);
    }
  }
}
