package demofusion.worker.model.lora;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.memory.SecondAttempt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A network with LoRAs in it, once for each set of them, as many sets as memory holds; the one that
 * was used longest ago goes first. A set that several threads want is made once, and none is closed
 * while somebody computes with it.
 *
 * @param <K> what a set is known by: its files and weights in their order
 */
public final class MergedNetworks<K, N extends AutoCloseable> implements AutoCloseable {
  /** A set that is about to be made. */
  public interface Making<N> {
    /** What it takes on the device beside the model's own weights. */
    long bytes();

    /** Null: it changes nothing in this network. */
    @Nullable N make();
  }

  private static final class Kept<N> {
    final CompletableFuture<N> network = new CompletableFuture<>();
    long bytes;
    int users;
    boolean isGone;
    boolean isShared;
  }

  private final N base;
  private final Function<K, Making<N>> maker;
  private final LongSupplier mostBytes;
  private final Map<K, Kept<N>> sets = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param base without anything in it; whoever gave it closes it
   * @param mostBytes that all sets together may take, asked whenever one is made; one set is kept
   *     whatever it says
   */
  public MergedNetworks(N base, Function<K, Making<N>> maker, LongSupplier mostBytes) {
    this.base = base;
    this.maker = maker;
    this.mostBytes = mostBytes;
  }

  /**
   * Computes with a set's network.
   *
   * @throws DemofusionException if it cannot be made
   */
  public <R> R with(K set, Function<N, R> forward) {
    Kept<N> kept;
    boolean isFirst = false;
    synchronized (sets) {
      Kept<N> there = sets.get(set);
      if (there == null) {
        there = new Kept<>();
        sets.put(set, there);
        isFirst = true;
      }
      kept = there;
      kept.users++;
    }
    try {
      if (isFirst) {
        make(set, kept);
      }
      return forward.apply(await(kept));
    } finally {
      release(kept);
    }
  }

  private void make(K set, Kept<N> kept) {
    try {
      Making<N> making = maker.apply(set);
      makeRoom(kept, making.bytes(), mostBytes.getAsLong());
      N made = makeOnce(kept, making);
      synchronized (sets) {
        kept.isShared = made == null;
        kept.bytes = made == null ? 0 : making.bytes();
      }
      kept.network.complete(made == null ? base : made);
    } catch (RuntimeException | Error e) {
      synchronized (sets) {
        sets.remove(set, kept);
      }
      kept.network.completeExceptionally(e);
    }
  }

  /** Memory that other sets hold is given up for this one. */
  private @Nullable N makeOnce(Kept<N> kept, Making<N> making) {
    return SecondAttempt.of(making::make, () -> makeRoom(kept, 0, 0));
  }

  /** Lets sets go, the longest unused first, until the new one fits; true: one went. */
  private boolean makeRoom(Kept<N> coming, long bytes, long most) {
    List<Kept<N>> going = new ArrayList<>();
    synchronized (sets) {
      long held = sets.values().stream().mapToLong(one -> one.bytes).sum();
      Iterator<Kept<N>> oldest = sets.values().iterator();
      while (held + bytes > most && oldest.hasNext()) {
        Kept<N> one = oldest.next();
        if (one != coming && one.network.isDone() && one.bytes > 0) {
          oldest.remove();
          held -= one.bytes;
          one.isGone = true;
          going.add(one);
        }
      }
    }
    going.forEach(this::closeIfUnused);
    return !going.isEmpty();
  }

  private static <N> N await(Kept<N> kept) {
    try {
      return kept.network.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DemofusionException known) {
        // Of its own for each who waited: the stack is theirs.
        throw new DemofusionException(known.code(), known.userMessage(), known);
      }
      throw e;
    }
  }

  private void release(Kept<N> kept) {
    synchronized (sets) {
      kept.users--;
    }
    closeIfUnused(kept);
  }

  private void closeIfUnused(Kept<N> kept) {
    synchronized (sets) {
      if (!kept.isGone || kept.users > 0 || kept.isShared) {
        return;
      }
      kept.isShared = true; // closed once
    }
    close(kept);
  }

  private static <N extends AutoCloseable> void close(Kept<N> kept) {
    try {
      kept.network.join().close();
    } catch (CompletionException e) {
      // It was never made.
    } catch (Exception e) {
      throw new IllegalStateException("a network could not be closed", e);
    }
  }

  /**
   * Lets all sets go that nobody computes with.
   *
   * @return whether that freed anything
   */
  public boolean closeUnused() {
    List<Kept<N>> going;
    synchronized (sets) {
      going = sets.values().stream().filter(one -> one.users == 0 && one.bytes > 0).toList();
      sets.values().removeAll(going);
      going.forEach(one -> one.isGone = true);
    }
    going.forEach(this::closeIfUnused);
    return !going.isEmpty();
  }

  /** How many sets there are. */
  public int count() {
    synchronized (sets) {
      return sets.size();
    }
  }

  /** What they take. */
  public long bytes() {
    synchronized (sets) {
      return sets.values().stream().mapToLong(one -> one.bytes).sum();
    }
  }

  /** Lets all sets go that nobody computes with. */
  @Override
  public void close() {
    List<Kept<N>> going;
    synchronized (sets) {
      going = new ArrayList<>(sets.values());
      sets.clear();
      going.forEach(one -> one.isGone = true);
    }
    going.forEach(this::closeIfUnused);
  }
}
