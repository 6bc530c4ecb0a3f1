package demofusion.protocol.api.request;

import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.api.request.region.RegionSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@link RequestFields#ALL}: parts of the image with prompts of their own. */
final class RegionFields {
  static final List<Field<?>> ROWS =
      List.of(
          Field.ofSpec(
                  "regions",
                  FieldKind.regions(),
                  RegionFields::regions,
                  (builder, regions) -> builder.regions(builder.regions.withRegions(regions)))
              .option("--regions")
              .each("--region")
              .recorded("DemoFusion regions", 46)
              .recordedAs(RegionFields::recorded, RegionFields::option)
              .guestArgument(43)
              .form(
                  FormGroup.CONDITIONING,
                  "Regions",
                  "Parts of the image with prompts of their own, as a JSON list. area: X0,Y0,X1,Y1"
                      + " in shares of the image; also negative, weight, feather in pixels.")
              .control(Field.Control.REGIONS)
              .otherwise("none")
              .example("[{\"area\":\"0,0,0.5,1\",\"prompt\":\"a red house\"}]"),
          Field.ofSpec(
                  "regionBase",
                  FieldKind.number(Double.class, RegionSettings.BASE),
                  spec -> spec.regions().base(),
                  (builder, base) -> builder.regions(builder.regions.withBase(base)))
              .option("--region-base")
              .recorded("DemoFusion region base", 47)
              .recordedIf(spec -> spec.regions().base() != 0)
              .guestArgument(44)
              .form(
                  FormGroup.CONDITIONING,
                  "Region base",
                  "How much the image’s own prompt counts inside its regions too: 0 not at all, 1"
                      + " as much as a region.")
              .withoutStandard()
              .otherwise("0"));

  private RegionFields() {}

  private static @Nullable List<Region> regions(RenderSpec spec) {
    return spec.regions().isEmpty() ? null : spec.regions().regions();
  }

  /** Masks are too large for a picture's text: they are named by their hashes. */
  private static @Nullable String recorded(RenderSpec spec) {
    if (spec.regions().isEmpty()) {
      return null;
    }
    return new RegionList(spec.regions().regions()).toTextWithHashes();
  }

  /** A picture's text never names a file of whoever reads it. */
  private static @Nullable String option(String text) {
    return text.startsWith("[") && !text.contains("\"mask\"") ? text : null;
  }
}
