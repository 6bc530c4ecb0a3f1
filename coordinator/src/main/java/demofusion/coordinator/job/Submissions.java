package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.Jobs.Submit;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelCard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes orders: the same order under the same key once only, what there is room for, and answered
 * when it is on disk.
 */
final class Submissions {
  private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);

  /** Orders in the making; each may hold a picture in memory. */
  private static final int MOST_COMING = 32;

  private static final int LONGEST_KEY = 200;

  private record OwnedKey(String owner, String key) {}

  /** An order in the making, and all who asked for it. */
  private record Coming(String fingerprint, List<ActorRef<Reply>> askers) {}

  private final KeeperDesk desk;
  private final Acceptance acceptance;
  private final JobIds ids;
  private final Runnable whenOneIsThere;
  private final Map<OwnedKey, Coming> byKey = new HashMap<>();
  private final Map<String, Integer> comingOf = new HashMap<>();
  private final Set<JobId> coming = new HashSet<>();
  private int inHand;

  Submissions(KeeperDesk desk, Runnable whenOneIsThere) {
    this.desk = desk;
    this.acceptance =
        new Acceptance(desk.data(), desk.settings().limits(), desk.around().heapBytes());
    this.ids = new JobIds(desk.around().clock(), desk.around().random());
    this.whenOneIsThere = whenOneIsThere;
  }

  void submit(Submit submit) {
    String key = submit.idempotencyKey();
    try {
      requireReadiness(key);
    } catch (DemofusionException e) {
      KeeperDesk.refuse(submit.replyTo(), e);
      return;
    }
    inHand++;
    if (key == null) {
      accept(submit, null, List.of(submit.replyTo()));
      return;
    }
    desk.onFiles(
        "the request could not be read",
        () -> Fingerprint.of(submit.order()),
        (fingerprint, failure) -> {
          if (fingerprint == null) {
            done(null, failure, List.of(submit.replyTo()));
          } else {
            acceptOnce(submit, new JobRecord.Key(key, fingerprint));
          }
        });
  }

  private void requireReadiness(@Nullable String key) {
    if (desk.isStopping()) {
      throw KeeperDesk.stopping();
    }
    if (inHand >= MOST_COMING) {
      throw new DemofusionException(
          FailureCode.TOO_MUCH,
          inHand + " requests are being taken in at this moment; try again in a second");
    }
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      throw DemofusionException.badRequest(
          "an idempotency key must have 1 to " + LONGEST_KEY + " characters");
    }
  }

  private void acceptOnce(Submit submit, JobRecord.Key key) {
    OwnedKey owned = new OwnedKey(submit.owner(), key.value());
    Optional<Job> known = desk.backlog().find(submit.owner(), key.value());
    Coming sooner = byKey.get(owned);
    if (known.isPresent()) {
      JobRecord.Key first = known.get().record().key();
      inHand--;
      if (first != null && first.fingerprint().equals(key.fingerprint())) {
        KeeperDesk.answer(submit.replyTo(), known.get(), false);
      } else {
        KeeperDesk.refuse(submit.replyTo(), taken(key, "job " + known.get().id()));
      }
    } else if (sooner != null) {
      inHand--;
      if (sooner.fingerprint().equals(key.fingerprint())) {
        sooner.askers().add(submit.replyTo());
      } else {
        KeeperDesk.refuse(submit.replyTo(), taken(key, "one that is being taken in"));
      }
    } else {
      List<ActorRef<Reply>> askers = new ArrayList<>(List.of(submit.replyTo()));
      byKey.put(owned, new Coming(key.fingerprint(), askers));
      accept(submit, key, askers);
    }
  }

  private static DemofusionException taken(JobRecord.Key key, String by) {
    return KeeperDesk.conflict(
        "the idempotency key \""
            + key.value()
            + "\" belongs to another request, "
            + by
            + "; use a new key for a new picture");
  }

  private void accept(Submit submit, JobRecord.@Nullable Key key, List<ActorRef<Reply>> askers) {
    String owner = submit.owner();
    ModelCard card;
    try {
      desk.settings()
          .limits()
          .requireRoom(
              desk.backlog().unfinished().size() + coming.size(),
              owner,
              desk.backlog().unfinishedOf(owner) + comingOf.getOrDefault(owner, 0));
      if (submit.order().webhook() != null) {
        desk.settings().notices().hosts().require(submit.order().webhook());
      }
      card = desk.models().resolve(submit.order().model());
    } catch (DemofusionException e) {
      forget(owner, key);
      done(null, e, askers);
      return;
    }
    JobIds.Name name = ids.next(id -> desk.backlog().contains(id) || coming.contains(id));
    coming.add(name.id());
    comingOf.merge(owner, 1, Integer::sum);
    desk.onFiles(
        "the job could not be kept",
        () -> acceptance.accept(submit.order(), new Acceptance.Header(name, owner, key), card),
        (record, failure) -> {
          coming.remove(name.id());
          comingOf.computeIfPresent(owner, (of, count) -> count == 1 ? null : count - 1);
          forget(owner, key);
          done(record, failure, askers);
        });
  }

  private void forget(String owner, JobRecord.@Nullable Key key) {
    if (key != null) {
      byKey.remove(new OwnedKey(owner, key.value()));
    }
  }

  private void done(
      @Nullable JobRecord record,
      @Nullable DemofusionException failure,
      List<ActorRef<Reply>> askers) {
    inHand--;
    if (record == null) {
      DemofusionException refusal = Objects.requireNonNull(failure);
      askers.forEach(asker -> KeeperDesk.refuse(asker, refusal));
      return;
    }
    Job job = Job.of(record, desk.now());
    desk.backlog().add(job);
    LOG.info("event=job-accepted job={} owner={}", job.id(), record.owner());
    for (int n = 0; n < askers.size(); n++) {
      KeeperDesk.answer(askers.get(n), job, n == 0);
    }
    whenOneIsThere.run();
  }
}
