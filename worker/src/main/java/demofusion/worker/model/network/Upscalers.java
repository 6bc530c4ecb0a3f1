package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The super-resolution networks that work names, loaded when they are first wanted. The two that
 * were wanted last are kept; one that somebody computes with is closed only after that.
 */
final class Upscalers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upscalers.class);
  private static final int MOST = 2;

  private final AdditionFiles files;
  private final TorchDevice device;
  private final Map<String, Kept> kept = new LinkedHashMap<>(4, 0.75f, true);

  private static final class Kept {
    final String hash;
    @Nullable UpscalerNetwork network;
    int users;
    boolean isGone;

    Kept(String hash) {
      this.hash = hash;
    }
  }

  Upscalers(AdditionFiles files, TorchDevice device) {
    this.files = files;
    this.device = device;
  }

  WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    Kept mine = take(work.upscalerHash());
    try {
      Tensor pixels = loaded(mine).upscale(work.pixels(), work.threads());
      return new WorkResult.UpscaledPixels(pixels);
    } finally {
      release(mine);
    }
  }

  private Kept take(String hash) {
    synchronized (kept) {
      Kept mine = kept.computeIfAbsent(hash, Kept::new);
      mine.users++;
      Iterator<Kept> oldest = kept.values().iterator();
      List<Kept> going = new ArrayList<>();
      while (kept.size() > MOST && oldest.hasNext()) {
        Kept one = oldest.next();
        if (one != mine) {
          oldest.remove();
          one.isGone = true;
          going.add(one);
        }
      }
      going.forEach(Upscalers::closeIfUnused);
      return mine;
    }
  }

  /** Read by the first who wants it; the others wait for that. */
  private UpscalerNetwork loaded(Kept mine) {
    synchronized (mine) {
      UpscalerNetwork there = mine.network;
      if (there == null) {
        there = UpscalerNetwork.load(files.locate(mine.hash), device);
        mine.network = there;
        LOG.info("event=upscaler-loaded hash={} scale={}", mine.hash, there.scale());
      }
      return there;
    }
  }

  private void release(Kept mine) {
    synchronized (kept) {
      mine.users--;
      closeIfUnused(mine);
    }
  }

  private static void closeIfUnused(Kept one) {
    UpscalerNetwork network = one.network;
    if (one.isGone && one.users == 0 && network != null) {
      one.network = null;
      network.close();
    }
  }

  @Override
  public void close() {
    synchronized (kept) {
      List<Kept> going = new ArrayList<>(kept.values());
      kept.clear();
      going.forEach(
          one -> {
            one.isGone = true;
            closeIfUnused(one);
          });
    }
  }
}
