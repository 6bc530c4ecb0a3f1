package demofusion.worker.model.network;

import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.memory.MemoryPlan.Activity;
import demofusion.worker.model.memory.SecondAttempt;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a memory plan: before anything is computed, what must go meanwhile leaves the device
 * and what is needed comes. One thing is done at a time. Where something finds no room, text
 * encoders and VAE make it, unless they are what is computed with, and come back when they are
 * called; then goes what only forwards need beside the UNet. What finds no room then either is
 * refused as the device would refuse it, and leaves everything so that the next piece of work is
 * done.
 */
final class Residency implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Residency.class);

  /** Once for each picture, or a few times; the UNet is called a thousand times. */
  private static final List<Activity> SELDOM = List.of(Activity.TEXT, Activity.PICTURE);

  private final MemoryPlan plan;
  private final DeviceLedger ledger;
  private final Map<Activity, Resident> residents = new EnumMap<>(Activity.class);
  private final ReentrantLock turn = new ReentrantLock(true);
  private final DeviceLedger.Hold context;
  private final BooleanSupplier leaveAfterForwards;
  private final boolean leavesAtOnce;

  /** Whose network is computed with now; null: nobody's. */
  private @Nullable Activity now;

  /** A network by what it is for. */
  private static final class Resident {
    final String name;
    final long bytes;
    final Runnable come;
    final Runnable leave;
    DeviceLedger.@Nullable Hold hold;

    Resident(String name, long bytes, Runnable come, Runnable leave) {
      this.name = name;
      this.bytes = bytes;
      this.come = come;
      this.leave = leave;
    }
  }

  /**
   * @param ledger of the device, in which what stays there is put down at once
   * @param leaveAfterForwards takes off the device what only forwards of the UNet need beside it;
   *     false: there was nothing
   * @param leavesAtOnce whether that goes before anything else is computed, or only for want of
   *     room
   */
  Residency(
      MemoryPlan plan,
      DeviceLedger ledger,
      Networks networks,
      BooleanSupplier leaveAfterForwards,
      boolean leavesAtOnce) {
    this.plan = plan;
    this.ledger = ledger;
    this.leaveAfterForwards = leaveAfterForwards;
    this.leavesAtOnce = leavesAtOnce;
    PromptEncoder text = networks.prompts();
    NoiseNetwork unet = networks.unet();
    VaeNetwork vae = networks.vae();
    var demand = plan.demand();
    add(Activity.TEXT, "text encoders", demand.textBytes(), text::come, text::leave);
    add(Activity.FORWARD, "UNet", plan.residentUnetBytes(), unet::come, unet::leave);
    add(Activity.PICTURE, "VAE", demand.vaeBytes(), vae::come, vae::leave);
    this.context = ledger.hold("the device's own software", demand.contextBytes());
    for (Activity each : Activity.values()) {
      if (staysFor(each, Activity.TEXT)
          && staysFor(each, Activity.FORWARD)
          && staysFor(each, Activity.PICTURE)) {
        come(resident(each));
      }
    }
  }

  private void add(Activity activity, String name, long bytes, Runnable come, Runnable leave) {
    residents.put(activity, new Resident(name, bytes, come, leave));
  }

  private Resident resident(Activity activity) {
    Resident resident = residents.get(activity);
    if (resident == null) {
      throw new IllegalStateException("nothing is there for " + activity);
    }
    return resident;
  }

  /** Whether one activity's network is there during another. */
  private boolean staysFor(Activity owner, Activity now) {
    return owner == now
        || switch (owner) {
          case TEXT -> !plan.textLeaves();
          case FORWARD -> plan.isUnetThere(now);
          case PICTURE -> !plan.vaeLeaves();
        };
  }

  /**
   * Computes with an activity's network.
   *
   * @param bytes that it takes beside the networks
   * @throws demofusion.protocol.DemofusionException OUT_OF_MEMORY if there is no room for it
   */
  <R> R during(Activity activity, long bytes, Supplier<R> work) {
    return inTurn(
        activity,
        activity,
        () -> {
          come(resident(activity));
          DeviceLedger.Hold meanwhile = ledger.hold("the work", bytes);
          try {
            return work.get();
          } finally {
            meanwhile.close();
          }
        });
  }

  /** Computes with something else that takes as much room as an activity does. */
  <R> R without(Activity activity, Supplier<R> work) {
    return inTurn(activity, null, work);
  }

  /**
   * @param mine whose network it computes with
   */
  private <R> R inTurn(Activity activity, @Nullable Activity mine, Supplier<R> work) {
    turn.lock();
    try {
      now = mine;
      if (leavesAtOnce && activity != Activity.FORWARD) {
        boolean unused = leaveAfterForwards.getAsBoolean(); // nothing is tried anew
      }
      for (Activity other : Activity.values()) {
        if (!staysFor(other, activity)) {
          leave(resident(other));
        }
      }
      return SecondAttempt.of(() -> SecondAttempt.of(work, this::makeRoom), leaveAfterForwards);
    } finally {
      turn.unlock();
    }
  }

  /**
   * Takes off the device what is not computed with and is seldom called: of the work that holds the
   * turn.
   *
   * @return whether there was any
   */
  boolean makeRoom() {
    boolean anyLeft = false;
    for (Activity seldom : SELDOM) {
      Resident resident = resident(seldom);
      if (seldom != now && resident.hold != null) {
        leave(resident);
        LOG.info("event=made-room left=\"{}\" bytes={}", resident.name, resident.bytes);
        anyLeft = true;
      }
    }
    return anyLeft;
  }

  private void come(Resident resident) {
    if (resident.hold == null) {
      DeviceLedger.Hold hold = ledger.hold(resident.name, resident.bytes);
      try {
        resident.come.run();
        resident.hold = hold;
      } catch (RuntimeException | Error e) {
        resident.leave.run(); // one of two towers may have come
        hold.close();
        throw e;
      }
    }
  }

  private static void leave(Resident resident) {
    DeviceLedger.Hold hold = resident.hold;
    if (hold != null) {
      resident.leave.run();
      resident.hold = null;
      hold.close();
    }
  }

  DeviceLedger ledger() {
    return ledger;
  }

  @Override
  public void close() {
    residents
        .values()
        .forEach(
            resident -> {
              DeviceLedger.Hold hold = resident.hold;
              if (hold != null) {
                hold.close();
              }
            });
    context.close();
  }
}
