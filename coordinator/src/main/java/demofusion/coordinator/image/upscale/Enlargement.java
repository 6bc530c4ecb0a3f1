package demofusion.coordinator.image.upscale;

import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.upscale.UpscaleTile.Cut;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An 8-bit picture on its way to a larger size (modes section 7): pass after pass a network
 * enlarges all its tiles, until no side is smaller than it has to be; then it is made smaller to
 * that size. All pictures on the way lie in scratch files. Not for several threads at once, but for
 * its passes.
 */
public final class Enlargement implements AutoCloseable {
  private static final int COLOURS = 3;

  private final Path scratch;
  private final int scale;
  private final PixelExtent target;
  private final long tiles;
  private final List<PixelStore> stores = new ArrayList<>();
  private final BitSet taken = new BitSet();
  private volatile UpscalePass pass; // asked for by threads that do not store
  private @Nullable PixelStore next;

  private Enlargement(Path scratch, PixelStore from, int scale, PixelExtent target)
      throws IOException {
    this.scratch = scratch;
    this.scale = scale;
    this.target = target;
    this.tiles = tiles(from.extent(), scale, target);
    stores.add(from);
    this.pass = begin(from);
  }

  /**
   * @param scratch where scratch files may lie: this name with an ending of its own for each
   * @param picture that is read to its end now
   * @param scale of the network
   */
  public static Enlargement begin(Path scratch, PixelRows picture, int scale, PixelExtent target)
      throws IOException {
    if (scale < 2) {
      throw new IllegalArgumentException("a network of scale " + scale + " enlarges nothing");
    }
    PixelStore store = PixelStore.create(file(scratch, 0), picture.extent());
    try {
      store.fill(picture);
      return new Enlargement(scratch, store, scale, target);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static Path file(Path scratch, int number) {
    return scratch.resolveSibling(scratch.getFileName() + "." + number);
  }

  /**
   * The sizes that a network of this scale enlarges, one after the other; none if none is needed.
   */
  public static List<PixelExtent> passes(PixelExtent from, int scale, PixelExtent target) {
    List<PixelExtent> passes = new ArrayList<>();
    for (PixelExtent now = from; isSmaller(now, target); now = larger(now, scale)) {
      passes.add(now);
    }
    return passes;
  }

  /** How many tiles a network enlarges on the way, in all passes. */
  public static long tiles(PixelExtent from, int scale, PixelExtent target) {
    return passes(from, scale, target).stream().mapToLong(UpscaleTile::count).sum();
  }

  /** How many pixels the pictures of all passes have, the first included. */
  public static long pixels(PixelExtent from, int scale, PixelExtent target) {
    return from.area()
        + passes(from, scale, target).stream().mapToLong(each -> larger(each, scale).area()).sum();
  }

  private static boolean isSmaller(PixelExtent now, PixelExtent target) {
    return now.width() < target.width() || now.height() < target.height();
  }

  private static PixelExtent larger(PixelExtent now, int scale) {
    try {
      return new PixelExtent(
          Math.multiplyExact(now.width(), scale), Math.multiplyExact(now.height(), scale));
    } catch (ArithmeticException e) {
      throw DemofusionException.badRequest(
          now + " pixels cannot become " + scale + " times as large; choose a smaller size");
    }
  }

  private UpscalePass begin(PixelStore from) throws IOException {
    taken.clear();
    next = null;
    if (!isSmaller(from.extent(), target)) {
      return new UpscalePass(from, List.of());
    }
    PixelStore larger =
        PixelStore.create(file(scratch, stores.size()), larger(from.extent(), scale));
    stores.add(larger);
    next = larger;
    return new UpscalePass(from, UpscaleTile.of(from.extent()));
  }

  /** Of all passes together. */
  public long tiles() {
    return tiles;
  }

  /** The one whose tiles are wanted now; without tiles after the last. */
  public UpscalePass pass() {
    return pass;
  }

  /**
   * What the answer to a tile takes, at most.
   *
   * @param scale of the network
   */
  public static long answerBytes(int scale) {
    long side = (long) scale * (UpscaleTile.CORE + 2 * UpscaleTile.MARGIN);
    return COLOURS * Float.BYTES * side * side;
  }

  /**
   * Takes a tile of this pass, enlarged; the same one again, and one of a pass that is over, is
   * left alone. With the last one the next pass begins.
   *
   * @param of the pass that the tile is of
   * @param larger (3, height, width), about [0, 1]
   * @return whether the pass is over
   */
  public boolean accept(UpscalePass of, int tile, Tensor larger) throws IOException {
    if (!of.equals(pass)) {
      return false;
    }
    Cut core = pass.core(tile);
    Cut seen = pass.seen(tile);
    int[] shape = {COLOURS, scale * seen.height(), scale * seen.width()};
    if (!Arrays.equals(larger.shape(), shape)) {
      throw new DemofusionException(
          FailureCode.INTERNAL,
          "a tile came back as %s where an upscaler of %s times gives %s"
              .formatted(larger, scale, Arrays.toString(shape)));
    }
    PixelStore into = next;
    if (into == null || taken.get(tile)) {
      return false;
    }
    Cut part =
        new Cut(
            scale * (core.top() - seen.top()),
            scale * (core.left() - seen.left()),
            scale * core.height(),
            scale * core.width());
    into.put(scale * core.top(), scale * core.left(), larger, part);
    taken.set(tile);
    if (taken.cardinality() < pass.tiles()) {
      return false;
    }
    pass = begin(into);
    return true;
  }

  /** The picture at its size, after the last pass; its rows are read in order. */
  public PixelRows result() {
    if (pass.tiles() > 0) {
      throw new IllegalStateException("there are tiles to enlarge: " + taken);
    }
    PixelStore last = pass.picture();
    return last.extent().equals(target) ? last : new LanczosRows(last, target);
  }

  /** Deletes the scratch files. */
  @Override
  public void close() throws IOException {
    for (PixelStore store : stores) {
      store.close();
    }
  }
}
