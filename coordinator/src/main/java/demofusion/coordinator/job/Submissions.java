package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.Jobs.Submit;
import demofusion.coordinator.job.record.Fingerprint;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.JobIds;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelCard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests: the same request under the same key once only, what there is room for, and
 * answered when it is on disk.
 */
final class Submissions {
  private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);

  /** Requests in the making; each may hold a picture in memory. */
  private static final int MOST_COMING = 32;

  private static final int LONGEST_KEY = 200;

  private record OwnedKey(String owner, String key) {}

  /** A request in the making, and all who asked for it. */
  private record Coming(String owner, JobRecord.@Nullable Key key, List<ActorRef<Reply>> askers) {}

  private final JobContext shared;
  private final JobIntake intake;
  private final JobIds ids;
  private final Map<OwnedKey, Coming> byKey = new HashMap<>();
  private final Map<JobId, Coming> coming = new HashMap<>();
  private int inProgress;

  Submissions(JobContext shared) {
    this.shared = shared;
    this.intake =
        new JobIntake(
            shared.data(),
            shared.settings().limits(),
            shared.environment().heapBytes(),
            shared.environment().library(),
            shared.environment().budgets());
    this.ids = new JobIds(shared.environment().clock(), shared.environment().random());
  }

  void submit(Submit submit) {
    String key = submit.idempotencyKey();
    try {
      requireReadiness(key);
    } catch (DemofusionException e) {
      submit.replyTo().tell(Reply.refused(e));
      return;
    }
    inProgress++;
    if (key == null) {
      accept(submit, null);
      return;
    }
    shared
        .tasks()
        .run(
            "the request could not be read",
            () -> new JobRecord.Key(key, Fingerprint.of(submit.request())),
            (owned, failure) -> new Jobs.Fingerprinted(submit, owned, failure));
  }

  private void requireReadiness(@Nullable String key) {
    if (inProgress >= MOST_COMING) {
      throw new DemofusionException(
          FailureCode.TOO_MUCH,
          inProgress + " requests are being accepted right now; retry in a second");
    }
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      throw DemofusionException.badRequest(
          "an idempotency key must have 1 to " + LONGEST_KEY + " characters");
    }
  }

  /** Takes it once, however often it is submitted under its key. */
  void onFingerprinted(Jobs.Fingerprinted fingerprinted) {
    Submit submit = fingerprinted.submit();
    JobRecord.Key key = fingerprinted.key();
    if (key == null) {
      refuse(List.of(submit.replyTo()), Objects.requireNonNull(fingerprinted.failure()));
      return;
    }
    Optional<Job> known = shared.backlog().find(submit.owner(), key.value());
    Coming sooner = byKey.get(new OwnedKey(submit.owner(), key.value()));
    if (known.isPresent()) {
      inProgress--;
      submit
          .replyTo()
          .tell(
              key.equals(known.get().record().key())
                  ? Reply.of(known.get().view())
                  : Reply.refused(taken(key, "job " + known.get().id())));
    } else if (sooner == null) {
      accept(submit, key);
    } else {
      inProgress--;
      if (key.equals(sooner.key())) {
        sooner.askers().add(submit.replyTo());
      } else {
        submit.replyTo().tell(Reply.refused(taken(key, "one that is being accepted")));
      }
    }
  }

  private static DemofusionException taken(JobRecord.Key key, String by) {
    return DemofusionException.conflict(
        ("the idempotency key \"%s\" belongs to another request, %s; use a new key for "
                + "a new request")
            .formatted(key.value(), by));
  }

  private void accept(Submit submit, JobRecord.@Nullable Key key) {
    String owner = submit.owner();
    List<ActorRef<Reply>> askers = new ArrayList<>(List.of(submit.replyTo()));
    if (shared.models().isAwaited(submit.request().model())) {
      inProgress--;
      submit.replyTo().tell(Reply.early());
      return;
    }
    ModelCard card;
    try {
      int comingOfOwner =
          (int) coming.values().stream().filter(one -> one.owner().equals(owner)).count();
      shared
          .settings()
          .limits()
          .requireRoom(
              shared.backlog().unfinished().size() + coming.size(),
              owner,
              shared.backlog().unfinishedOf(owner) + comingOfOwner);
      if (submit.request().webhook() != null) {
        shared.settings().notices().hosts().require(submit.request().webhook());
      }
      card = shared.models().resolve(submit.request().model());
    } catch (DemofusionException e) {
      refuse(askers, e);
      return;
    }
    JobIds.Name name = ids.next(id -> shared.backlog().contains(id) || coming.containsKey(id));
    Coming one = new Coming(owner, key, askers);
    coming.put(name.id(), one);
    if (key != null) {
      byKey.put(new OwnedKey(owner, key.value()), one);
    }
    shared
        .tasks()
        .run(
            "the job could not be stored",
            () ->
                intake.accept(
                    submit.request(), new JobIntake.Header(name, owner, key, submit.trace()), card),
            (record, failure) -> new Jobs.JobStored(name.id(), record, failure));
  }

  private void refuse(List<ActorRef<Reply>> askers, DemofusionException refusal) {
    inProgress--;
    askers.forEach(asker -> asker.tell(Reply.refused(refusal)));
  }

  /**
   * Answers all who asked for it.
   *
   * @return whether there is a job more
   */
  boolean onJobStored(Jobs.JobStored stored) {
    Coming one = Objects.requireNonNull(coming.remove(stored.job()));
    if (one.key() != null) {
      byKey.remove(new OwnedKey(one.owner(), one.key().value()));
    }
    JobRecord record = stored.record();
    if (record == null) {
      shared.environment().budgets().release(stored.job());
      refuse(one.askers(), Objects.requireNonNull(stored.failure()));
      return false;
    }
    inProgress--;
    Job job = Job.of(record, shared.now());
    shared.backlog().add(job);
    LOG.info("event=job-accepted job={} owner={}", job.id(), record.owner());
    for (int n = 0; n < one.askers().size(); n++) {
      one.askers().get(n).tell(new Reply(job.view(), n == 0, null));
    }
    return true;
  }
}
