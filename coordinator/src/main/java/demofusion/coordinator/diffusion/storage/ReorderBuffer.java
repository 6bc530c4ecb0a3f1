package demofusion.coordinator.diffusion.storage;

import demofusion.protocol.latent.Tensor;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Predictions that came before their turn in the summing order. While one slow worker has the next
 * one in hand, all others of a timestep may come, at 16384 pixels 320 MB: so only so many wait in
 * the heap, the rest in a {@link Storage}. Not for several threads at once.
 */
public final class ReorderBuffer {
  /** Values that may wait in the heap, 24 MiB. */
  public static final int MOST_IN_HEAP = 6 << 20;

  private static final int SLAB_LENGTH = 1 << 23;

  private final Storage storage;
  private final Map<Integer, Tensor> inHeap = new HashMap<>();
  private final Map<Integer, Spilled> spilled = new HashMap<>();
  private final Map<Integer, Slab> slabs = new HashMap<>();
  private final BitSet slots = new BitSet();
  private int slotLength;
  private int valuesInHeap;

  /** A prediction that lies in the storage. */
  private record Spilled(int slot, int[] shape, int length) {}

  public ReorderBuffer(Storage storage) {
    this.storage = storage;
  }

  /** Keeps a unit's prediction; what is there already stays. */
  public void put(int unit, Tensor prediction) {
    if (inHeap.containsKey(unit) || spilled.containsKey(unit)) {
      return;
    }
    int length = prediction.values().length;
    if (valuesInHeap + length <= MOST_IN_HEAP) {
      valuesInHeap += length;
      inHeap.put(unit, prediction);
      return;
    }
    if (length > slotLength && spilled.isEmpty()) {
      slabs.clear();
      slotLength = length;
    }
    if (length > slotLength) { // a larger one than those that lie there: it must wait in the heap
      valuesInHeap += length;
      inHeap.put(unit, prediction);
      return;
    }
    int slot = slots.nextClearBit(0);
    slots.set(slot);
    slab(slot).write(slot % slotsOfSlab() * slotLength, prediction.values(), 0, length);
    spilled.put(unit, new Spilled(slot, prediction.shape(), length));
  }

  /** Gives a unit's prediction back, if it is there. */
  public @Nullable Tensor take(int unit) {
    Tensor kept = inHeap.remove(unit);
    if (kept != null) {
      valuesInHeap -= kept.values().length;
      return kept;
    }
    Spilled away = spilled.remove(unit);
    if (away == null) {
      return null;
    }
    float[] values = new float[away.length];
    slab(away.slot).read(away.slot % slotsOfSlab() * slotLength, values, 0, away.length);
    slots.clear(away.slot);
    return new Tensor(away.shape, values);
  }

  private Slab slab(int slot) {
    return slabs.computeIfAbsent(
        slot / slotsOfSlab(),
        number -> storage.slab("ahead-" + number, slotsOfSlab() * slotLength));
  }

  private int slotsOfSlab() {
    return Math.max(1, SLAB_LENGTH / slotLength);
  }
}
