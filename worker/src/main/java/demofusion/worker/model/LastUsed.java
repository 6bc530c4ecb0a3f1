package demofusion.worker.model;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Large things that work names, made when they are first wanted, of which those that were wanted
 * last are kept. One that somebody computes with is closed only after that. Several threads may
 * call at once.
 */
public final class LastUsed<K, V> implements AutoCloseable {
  private final int most;
  private final Function<K, V> making;
  private final Consumer<V> closing;
  private final Map<K, Kept<V>> kept = new LinkedHashMap<>(4, 0.75f, true);

  private static final class Kept<V> {
    volatile @Nullable V thing;
    int users;
    boolean isGone;
  }

  /**
   * @param most how many are kept
   * @param making by the first who wants one; the others wait for that
   * @param closing frees one
   */
  public LastUsed(int most, Function<K, V> making, Consumer<V> closing) {
    this.most = most;
    this.making = making;
    this.closing = closing;
  }

  /** Computes with one of them. */
  public <R> R with(K key, Function<V, R> computing) {
    Kept<V> mine = take(key);
    try {
      return computing.apply(made(key, mine));
    } finally {
      release(mine);
    }
  }

  /** Whether one was made and is kept. */
  public boolean has(K key) {
    synchronized (kept) { // without a get, which would make it the one that was wanted last
      return kept.entrySet().stream()
          .anyMatch(one -> one.getKey().equals(key) && one.getValue().thing != null);
    }
  }

  private Kept<V> take(K key) {
    synchronized (kept) {
      Kept<V> mine = kept.computeIfAbsent(key, any -> new Kept<>());
      mine.users++;
      Iterator<Kept<V>> oldest = kept.values().iterator();
      List<Kept<V>> going = new ArrayList<>();
      while (kept.size() > most && oldest.hasNext()) {
        Kept<V> one = oldest.next();
        if (one != mine) {
          oldest.remove();
          one.isGone = true;
          going.add(one);
        }
      }
      going.forEach(this::closeIfUnused);
      return mine;
    }
  }

  private V made(K key, Kept<V> mine) {
    synchronized (mine) {
      V there = mine.thing;
      if (there == null) {
        there = making.apply(key);
        mine.thing = there;
      }
      return there;
    }
  }

  private void release(Kept<V> mine) {
    synchronized (kept) {
      mine.users--;
      closeIfUnused(mine);
    }
  }

  private void closeIfUnused(Kept<V> one) {
    V thing = one.thing;
    if (one.isGone && one.users == 0 && thing != null) {
      one.thing = null;
      closing.accept(thing);
    }
  }

  /**
   * Frees all that nobody computes with.
   *
   * @return whether there was any, and not only what could not be made
   */
  public boolean closeUnused() {
    synchronized (kept) {
      List<Kept<V>> unused = kept.values().stream().filter(one -> one.users == 0).toList();
      boolean anyMade = unused.stream().anyMatch(one -> one.thing != null);
      kept.values().removeAll(unused);
      unused.forEach(
          one -> {
            one.isGone = true;
            closeIfUnused(one);
          });
      return anyMade;
    }
  }

  /** Frees all that nobody computes with, and each of the others after that. */
  @Override
  public void close() {
    synchronized (kept) {
      List<Kept<V>> going = new ArrayList<>(kept.values());
      kept.clear();
      going.forEach(
          one -> {
            one.isGone = true;
            closeIfUnused(one);
          });
    }
  }
}
