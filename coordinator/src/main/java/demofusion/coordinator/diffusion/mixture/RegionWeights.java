package demofusion.coordinator.diffusion.mixture;

import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.coordinator.diffusion.mask.MaskPicture;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.coordinator.diffusion.view.WindowCopy;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How much each prompt counts over each sample of a phase's latent (conditioning section 3.1):
 * prompt 0 is the picture's own, the others are its regions'. Over every sample the weights' sum is
 * 1.
 */
public final class RegionWeights {
  private final Dilation dilation;
  private final List<float[]> weights; // by prompt, (height, width)
  private final List<Lazy<float[]>> ofDilated; // the same, (dilated views, height, width)
  private final List<BitSet> counting; // by prompt: the samples where it counts
  private final Map<Dilation.Offset, List<Integer>> dilatedPrompts = new ConcurrentHashMap<>();

  private RegionWeights(Dilation dilation, List<float[]> weights) {
    this.dilation = dilation;
    this.weights = weights;
    this.ofDilated = weights.stream().map(each -> new Lazy<>(() -> gathered(each))).toList();
    this.counting = weights.stream().map(RegionWeights::counting).toList();
  }

  private static BitSet counting(float[] weight) {
    BitSet counting = new BitSet(weight.length);
    for (int n = 0; n < weight.length; n++) {
      if (weight[n] > 0) {
        counting.set(n);
      }
    }
    return counting;
  }

  /** Dilated views never move: their weights are gathered once for the phase. */
  private float[] gathered(float[] weight) {
    float[] padded = weight;
    if (dilation.isPadded()) {
      padded = new float[dilation.paddedExtent().area()];
      dilation.pad(weight, 1, padded);
    }
    List<Dilation.Offset> offsets = dilation.offsets();
    int size = dilation.subExtent().area();
    float[] gathered = new float[offsets.size() * size];
    for (int n = 0; n < offsets.size(); n++) {
      dilation.gather(padded, 1, offsets.get(n), 1, gathered, n * size);
    }
    return gathered;
  }

  /**
   * @param dilation of the phase's latent
   * @param place of what the latent is of, in the picture that regions are parts of and feathers
   *     are measured in
   * @param standardFeather in pixels, of rectangles that name none
   */
  public static RegionWeights of(
      RegionSettings settings, Dilation dilation, AreaPlace place, double standardFeather) {
    LatentExtent extent = dilation.extent();
    int prompts = settings.regions().size() + 1;
    double[][] shares = new double[prompts][];
    double[] sum = new double[extent.area()];
    for (int n = 1; n < prompts; n++) {
      Region region = settings.regions().get(n - 1);
      shares[n] = share(region, extent, place, standardFeather);
      add(shares[n], sum);
    }
    shares[0] = new double[sum.length];
    for (int n = 0; n < sum.length; n++) {
      shares[0][n] = Math.max(0, 1 - sum[n]) + settings.base();
    }
    double[] total = shares[0].clone();
    for (int prompt = 1; prompt < prompts; prompt++) {
      double weight = settings.regions().get(prompt - 1).weightOrStandard();
      for (int n = 0; n < total.length; n++) {
        shares[prompt][n] *= weight;
      }
      add(shares[prompt], total);
    }
    List<float[]> weights = new ArrayList<>();
    for (double[] share : shares) {
      float[] normalised = new float[share.length];
      for (int n = 0; n < normalised.length; n++) {
        normalised[n] = (float) (share[n] / total[n]);
      }
      weights.add(normalised);
    }
    return new RegionWeights(dilation, weights);
  }

  /** Whether every prompt counts as much over every sample, to the bit. */
  public boolean isAlike(RegionWeights other) {
    return weights.size() == other.weights.size()
        && IntStream.range(0, weights.size())
            .allMatch(n -> Arrays.equals(weights.get(n), other.weights.get(n)));
  }

  /** Of rectangles that name none, in pixels of the picture: a quarter of the native side. */
  public static double standardFeather(int nativeSide) {
    return nativeSide / 4.0;
  }

  private static void add(double[] share, double[] sum) {
    for (int n = 0; n < sum.length; n++) {
      sum[n] += share[n];
    }
  }

  private static double[] share(
      Region region, LatentExtent extent, AreaPlace place, double standardFeather) {
    RegionMask mask = region.mask();
    if (mask != null) {
      return picture(mask).means(extent, place);
    }
    RegionRectangle area = region.area();
    if (area == null) {
      throw new IllegalArgumentException("region " + region + " is nowhere");
    }
    double feather = feather(region, standardFeather);
    double[] across = across(area, feather, place, extent);
    double[] down = down(area, feather, place, extent);
    double[] share = new double[extent.area()];
    for (int n = 0; n < share.length; n++) {
      share[n] = down[n / extent.width()] * across[n % extent.width()];
    }
    return share;
  }

  private static double feather(Region region, double standard) {
    return region.feather() == null ? standard : region.feather();
  }

  private static double[] across(
      RegionRectangle area, double feather, AreaPlace place, LatentExtent extent) {
    int whole = place.whole().width();
    Axis axis = new Axis(whole, place.left(), place.extent().width(), extent.width());
    return edges(area.left(), area.right(), feather, axis);
  }

  private static double[] down(
      RegionRectangle area, double feather, AreaPlace place, LatentExtent extent) {
    int whole = place.whole().height();
    Axis axis = new Axis(whole, place.top(), place.extent().height(), extent.height());
    return edges(area.top(), area.bottom(), feather, axis);
  }

  /**
   * Whether the edges of a rectangle lie on the same samples of a latent, and are as soft there, in
   * pictures of two sizes; a mask's always do.
   *
   * @param one in a picture of the first size, the other in one of the second
   */
  public static boolean agree(
      Region one,
      PixelExtent first,
      Region other,
      PixelExtent second,
      LatentExtent latent,
      double standardFeather) {
    RegionRectangle here = one.area();
    RegionRectangle there = other.area();
    if (here == null || there == null) {
      return here == null && there == null;
    }
    double soft = feather(one, standardFeather);
    double otherSoft = feather(other, standardFeather);
    AreaPlace place = AreaPlace.all(first);
    AreaPlace otherPlace = AreaPlace.all(second);
    return Arrays.equals(
            across(here, soft, place, latent), across(there, otherSoft, otherPlace, latent))
        && Arrays.equals(
            down(here, soft, place, latent), down(there, otherSoft, otherPlace, latent));
  }

  /** A mask's pixels. */
  public static MaskPicture picture(RegionMask mask) {
    RegionMask.Pixels pixels =
        mask.pixels().orElseThrow(() -> new IllegalArgumentException(mask + " was not read"));
    return new MaskPicture(pixels.extent(), pixels.grey());
  }

  /**
   * One axis of an area.
   *
   * @param whole pixels of the picture
   * @param start the area's first pixel in it
   * @param area pixels of the area
   * @param samples of a latent that is of the area
   */
  private record Axis(int whole, int start, int area, int samples) {
    /** In samples: those of the picture, of which the area may have a few. */
    double inSamples(double pixels) {
      return pixels * samples / area;
    }
  }

  /**
   * One axis of a rectangle. All is measured from the picture's edge, so that a latent whose
   * samples lie where a latent of the whole picture has some, has those weights.
   *
   * @param feather in pixels of the picture
   */
  private static double[] edges(double from, double to, double feather, Axis axis) {
    double ramp = Math.max(axis.inSamples(feather), 1);
    double side = axis.inSamples(axis.whole());
    double before = axis.inSamples(axis.start());
    double[] edges = new double[axis.samples()];
    for (int n = 0; n < edges.length; n++) {
      double centre = before + n + 0.5;
      double rising = from <= 0 ? 1 : clamp((centre - from * side) / ramp + 0.5);
      double falling = to >= 1 ? 1 : clamp((to * side - centre) / ramp + 0.5);
      edges[n] = rising * falling;
    }
    return edges;
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }

  /**
   * Refuses regions that nothing can be drawn in.
   *
   * @param first the latent of phase 1
   * @param place of what it is of
   * @param factor of the VAE: pixels of a sample's side
   * @throws DemofusionException BAD_REQUEST
   */
  public static void requireVisible(
      RegionSettings settings, LatentExtent first, AreaPlace place, int factor) {
    double wide = (double) place.whole().width() * first.width() / place.extent().width();
    double high = (double) place.whole().height() * first.height() / place.extent().height();
    for (Region region : settings.regions()) {
      RegionRectangle area = region.area();
      RegionMask mask = region.mask();
      if (area != null) {
        requireSide(region, "wide", (area.right() - area.left()) * wide * factor, factor);
        requireSide(region, "high", (area.bottom() - area.top()) * high * factor, factor);
      } else if (mask != null && !hasWhite(picture(mask), first)) {
        throw DemofusionException.badRequest(
            "the mask of the region \"%s\" is all black: paint white where it is"
                .formatted(region.prompt()));
      }
    }
  }

  private static boolean hasWhite(MaskPicture mask, LatentExtent extent) {
    for (boolean touched : mask.touched(extent, 1)) {
      if (touched) {
        return true;
      }
    }
    return false;
  }

  private static void requireSide(Region region, String word, double pixels, int least) {
    // shares of a side are rarely whole in binary
    if (pixels < least - 1e-6) {
      throw DemofusionException.badRequest(
          "the region %s is %.1f pixels %s in phase 1; it must be at least %s"
              .formatted(region, pixels, word, least));
    }
  }

  /** How many prompts there are. */
  public int prompts() {
    return weights.size();
  }

  /** A prompt's weights, (height, width). */
  public float[] of(int prompt) {
    return weights.get(prompt);
  }

  /** The prompts that count in a view, in their order. */
  public List<Integer> promptsIn(View view) {
    if (view instanceof View.Dilated dilated) {
      // Without jitter: the same at every timestep.
      return dilatedPrompts.computeIfAbsent(
          dilated.offset(), offset -> prompts(prompt -> counts(in(view, prompt))));
    }
    Window window = ((View.Local) view).window();
    return prompts(prompt -> counts(counting.get(prompt), window));
  }

  private List<Integer> prompts(IntPredicate counts) {
    return IntStream.range(0, weights.size()).filter(counts).boxed().toList();
  }

  /** Every window of every timestep is asked for, so whole words of samples are passed over. */
  private boolean counts(BitSet samples, Window window) {
    int width = dilation.extent().width();
    int bottom = Math.min(dilation.extent().height(), window.top() + window.height());
    int left = Math.max(0, window.left());
    int right = Math.min(width, window.left() + window.width());
    int y = Math.max(0, window.top());
    while (y < bottom) {
      int next = samples.nextSetBit(y * width + left);
      if (next < 0) {
        return false;
      }
      if (next < y * width + right) {
        return true;
      }
      y = Math.max(y + 1, next / width); // no row before that has any
    }
    return false;
  }

  private static boolean counts(float[] weights) {
    for (float weight : weights) {
      if (weight > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * A prompt's weights over a view's samples; 0 where they lie outside the latent.
   *
   * @return (height, width) of the view
   */
  public float[] in(View view, int prompt) {
    Cut cut = cut(view, prompt);
    return Arrays.copyOfRange(cut.values, cut.at, cut.at + view.extent().area());
  }

  /**
   * The same, not copied where they lie there.
   *
   * @param values (height, width) of the view, from {@code at} on
   */
  record Cut(float[] values, int at) {}

  Cut cut(View view, int prompt) {
    int size = view.extent().area();
    if (view instanceof View.Dilated dilated) {
      Dilation.Offset offset = dilated.offset();
      int number = offset.row() * dilation.factor() + offset.column();
      return new Cut(ofDilated.get(prompt).get(), number * size);
    }
    float[] cut = new float[size];
    Window window = ((View.Local) view).window();
    WindowCopy.cut(weights.get(prompt), dilation.extent(), 1, window, 1, cut, 0);
    return new Cut(cut, 0);
  }
}
