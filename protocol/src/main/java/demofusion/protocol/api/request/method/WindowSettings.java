package demofusion.protocol.api.request.method;

import org.jspecify.annotations.Nullable;

/**
 * How local windows lie and how their predictions are weighed (modes section 1), and whether
 * dilated views exchange samples.
 *
 * @param weights null: the method's own, uniform in DemoFusion and cosine in detail and fast
 * @param spacing null: the method's own, reference in DemoFusion and even in detail and fast
 * @param interaction AccDiffusion's exchange between dilated views (modes section 3)
 */
public record WindowSettings(
    @Nullable WindowWeights weights, @Nullable WindowSpacing spacing, boolean interaction) {
  public static final WindowSettings SILENT = new WindowSettings(null, null, false);
}
