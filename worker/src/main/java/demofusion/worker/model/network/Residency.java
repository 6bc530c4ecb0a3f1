package demofusion.worker.model.network;

import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.memory.MemoryPlan.Activity;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a memory plan: before anything is computed, what must go meanwhile leaves the device
 * and what is needed comes. One thing is done at a time. What finds no room is refused as the
 * device would refuse it, and leaves everything so that the next piece of work is done.
 */
final class Residency implements AutoCloseable {
  private final MemoryPlan plan;
  private final DeviceLedger ledger;
  private final Map<Activity, Resident> residents = new EnumMap<>(Activity.class);
  private final ReentrantLock turn = new ReentrantLock(true);
  private final DeviceLedger.Hold context;
  private final Runnable leaveAfterForwards;

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
   * @param leaveAfterForwards takes off the device what only forwards of the UNet need beside it
   */
  Residency(MemoryPlan plan, DeviceLedger ledger, Networks networks, Runnable leaveAfterForwards) {
    this.plan = plan;
    this.ledger = ledger;
    this.leaveAfterForwards = leaveAfterForwards;
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
    return without(
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

  /** Computes with something else that takes as much room. */
  <R> R without(Activity activity, Supplier<R> work) {
    turn.lock();
    try {
      if (activity != Activity.FORWARD) {
        leaveAfterForwards.run();
      }
      for (Activity other : Activity.values()) {
        if (!staysFor(other, activity)) {
          leave(resident(other));
        }
      }
      return work.get();
    } finally {
      turn.unlock();
    }
  }

  private void come(Resident resident) {
    if (resident.hold == null) {
      DeviceLedger.Hold hold = ledger.hold(resident.name, resident.bytes);
      try {
        resident.come.run();
        resident.hold = hold;
      } catch (RuntimeException | Error e) {
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
