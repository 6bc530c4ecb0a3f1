package demofusion.worker.model.torch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Networks that work names, or what they made, loaded when they are first wanted. The few that were
 * wanted last are kept; one that somebody computes with is closed only after that.
 */
public final class KeptNetworks<K, N> implements AutoCloseable {
  private final int most;
  private final Function<K, N> loading;
  private final Consumer<N> closing;
  private final Map<K, Kept<N>> kept = new LinkedHashMap<>(4, 0.75f, true);

  private static final class Kept<N> {
    @Nullable N network;
    int users;
    boolean isGone;
  }

  /**
   * @param most how many are kept
   * @param loading of the one that is named so, by the first who wants it; others wait for that
   */
  public KeptNetworks(int most, Function<K, N> loading, Consumer<N> closing) {
    this.most = most;
    this.loading = loading;
    this.closing = closing;
  }

  /** Computes with one of them. */
  public <R> R with(K key, Function<N, R> work) {
    Kept<N> mine = take(key);
    try {
      return work.apply(loaded(key, mine));
    } finally {
      release(mine);
    }
  }

  private Kept<N> take(K key) {
    synchronized (kept) {
      Kept<N> mine = kept.computeIfAbsent(key, any -> new Kept<>());
      mine.users++;
      Iterator<Kept<N>> oldest = kept.values().iterator();
      while (kept.size() > most && oldest.hasNext()) {
        Kept<N> one = oldest.next();
        if (one != mine) {
          oldest.remove();
          go(one);
        }
      }
      return mine;
    }
  }

  /** Read by the first who wants it; the others wait for that. */
  private N loaded(K key, Kept<N> mine) {
    synchronized (mine) {
      N there = mine.network;
      if (there == null) {
        there = loading.apply(key);
        mine.network = there;
      }
      return there;
    }
  }

  private void release(Kept<N> mine) {
    synchronized (kept) {
      mine.users--;
      closeIfUnused(mine);
    }
  }

  private void go(Kept<N> one) {
    one.isGone = true;
    closeIfUnused(one);
  }

  private void closeIfUnused(Kept<N> one) {
    N network = one.network;
    if (one.isGone && one.users == 0 && network != null) {
      one.network = null;
      closing.accept(network);
    }
  }

  /** Closes all that nobody computes with. */
  public void closeUnused() {
    synchronized (kept) {
      List<Kept<N>> unused = kept.values().stream().filter(one -> one.users == 0).toList();
      kept.values().removeAll(unused);
      unused.forEach(this::go);
    }
  }

  @Override
  public void close() {
    synchronized (kept) {
      List<Kept<N>> all = new ArrayList<>(kept.values());
      kept.clear();
      all.forEach(this::go);
    }
  }
}
