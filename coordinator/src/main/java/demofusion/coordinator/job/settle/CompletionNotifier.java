package demofusion.coordinator.job.settle;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.Notification;
import demofusion.coordinator.job.record.Notification.Channel;
import demofusion.coordinator.notify.HookCommand;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.coordinator.notify.Webhook;
import demofusion.protocol.Backoff;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobView;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who want to know that a job is over, a few at a time, each as often as it takes until
 * it is given up. Says after every attempt how far it has come, for the job's folder.
 */
public final class CompletionNotifier extends AbstractBehavior<CompletionNotifier.Command> {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionNotifier.class);
  private static final int AT_ONCE = 4;

  /** From half a minute to an hour apart; the last one is tried after about a day. */
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(30), Duration.ofHours(1), 30);

  /** What it receives. */
  public sealed interface Command {}

  /**
   * Tell of a job.
   *
   * @param view as it is now
   * @param trace that its request was part of, if any
   */
  record Announce(
      JobView view,
      Path folder,
      @Nullable URI webhook,
      @Nullable TraceParent trace,
      Notification notice)
      implements Command {
    private Delivery delivery() {
      return new Delivery(view.id(), notice.channel());
    }

    private Announce with(Notification news) {
      return new Announce(view, folder, webhook, trace, news);
    }
  }

  /** The job is not over any more, or gone. */
  record Forget(JobId job) implements Command {}

  private record Due(Delivery delivery) implements Command {}

  private record Tried(Delivery delivery, @Nullable Throwable failure) implements Command {}

  /** How far it has come with one of them. */
  public record Progress(JobId job, Notification notice) {}

  /** Somebody to be told of a job. */
  private record Delivery(JobId job, Channel channel) {}

  private final TimerScheduler<Command> timers;
  private final ActorRef<Progress> progress;
  private final Clock clock;
  private final Executor files;
  private final @Nullable Webhook webhook;
  private final HookCommand command;
  private final Map<Delivery, Announce> pending = new HashMap<>();
  private final Queue<Delivery> waiting = new ArrayDeque<>();
  private int inProgress;

  private CompletionNotifier(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NotifySettings settings,
      Clock clock,
      ActorRef<Progress> progress) {
    super(context);
    this.timers = timers;
    this.progress = progress;
    this.clock = clock;
    this.files = CoordinatorThreads.files(context.getSystem());
    String secret = settings.secret();
    this.webhook = secret == null ? null : new Webhook(files, secret, settings.timeout(), clock);
    this.command = new HookCommand(settings.command(), settings.timeout());
  }

  public static Behavior<Command> create(
      NotifySettings settings, Clock clock, ActorRef<Progress> progress) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new CompletionNotifier(context, timers, settings, clock, progress)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Announce.class, this::onAnnounce)
        .onMessage(Forget.class, this::onForget)
        .onMessage(Due.class, this::onDue)
        .onMessage(Tried.class, this::onTried)
        .build();
  }

  private Behavior<Command> onAnnounce(Announce announce) {
    pending.put(announce.delivery(), announce);
    wait(announce);
    return this;
  }

  private void wait(Announce announce) {
    Duration delay = Duration.between(clock.instant(), announce.notice().due());
    timers.startSingleTimer(
        announce.delivery(),
        new Due(announce.delivery()),
        delay.isNegative() ? Duration.ZERO : delay);
  }

  private Behavior<Command> onForget(Forget forget) {
    for (Channel channel : Channel.values()) {
      Delivery delivery = new Delivery(forget.job(), channel);
      pending.remove(delivery);
      timers.cancel(delivery);
    }
    return this;
  }

  private Behavior<Command> onDue(Due due) {
    waiting.add(due.delivery());
    startDeliveries();
    return this;
  }

  private void startDeliveries() {
    while (inProgress < AT_ONCE && !waiting.isEmpty()) {
      Announce next = pending.get(waiting.remove());
      if (next != null) {
        inProgress++;
        getContext()
            .pipeToSelf(attempt(next), (nothing, failure) -> new Tried(next.delivery(), failure));
      }
    }
  }

  private CompletionStage<Void> attempt(Announce announce) {
    JobView view = announce.view();
    URI address = announce.webhook();
    if (announce.notice().channel() == Channel.COMMAND) {
      String state = view.state().toString();
      return CompletableFuture.<Void>completedFuture(null)
          .thenComposeAsync(
              begin -> command.run(view.id().value(), announce.folder(), state), files);
    }
    return webhook == null || address == null
        ? CompletableFuture.failedFuture(new IllegalStateException("webhooks are not set up"))
        : webhook.post(address, JobJson.write(view), announce.trace());
  }

  private Behavior<Command> onTried(Tried tried) {
    inProgress--;
    Announce announce = pending.get(tried.delivery());
    if (announce != null) {
      conclude(announce, tried.failure());
    }
    startDeliveries();
    return this;
  }

  private void conclude(Announce announce, @Nullable Throwable failure) {
    Notification notice = announce.notice();
    Notification news;
    if (failure == null) {
      news = notice.delivered();
    } else if (BACKOFF.isExhausted(notice.attempts() + 1)) {
      news = notice.givenUp();
    } else {
      Instant next = clock.instant().plus(BACKOFF.after(notice.attempts()));
      news = notice.failed(next);
    }
    log(announce, news, failure);
    if (news.isPending()) {
      Announce again = announce.with(news);
      pending.put(again.delivery(), again);
      wait(again);
    } else {
      pending.remove(announce.delivery());
    }
    progress.tell(new Progress(announce.delivery().job(), news));
  }

  private static void log(Announce announce, Notification news, @Nullable Throwable failure) {
    JobId job = announce.view().id();
    if (failure == null) {
      LOG.info("event=notice-heard job={} channel={}", job, news.channel());
    } else {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      LOG.warn(
          "event=notice-failed job={} channel={} attempts={} status={} reason=\"{}\"",
          job,
          news.channel(),
          news.attempts(),
          news.status(),
          String.valueOf(cause));
    }
  }
}
