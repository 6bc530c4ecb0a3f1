package demofusion.deploy.command.option.region;

import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Parts of the picture with prompts of their own. */
public final class RegionOptions implements OptionGroup {
  @Option(
      names = "--regions",
      paramLabel = "FILE.json",
      description =
          "Regions as a JSON list, in a file or as it is: area (X0,Y0,X1,Y1) or mask (a file),"
              + " prompt, negative, weight, feather; or an object with base and regions.")
  @Nullable String file;

  @Option(
      names = "--region-base",
      paramLabel = "B",
      description =
          "How much the image's own prompt counts inside regions too: 0 not at all, 1 as much as a"
              + " region (default: 0).")
  @Nullable Double base;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  List<One> regions = new ArrayList<>();

  /** A region; what follows it belongs to it. */
  static final class One {
    @Option(
        names = "--region",
        required = true,
        paramLabel = "AREA=PROMPT",
        description =
            "A part of the image with a prompt of its own, repeatable: X0,Y0,X1,Y1=PROMPT in shares"
                + " of the image (0,0,0.5,1 is its left half), or MASK.png=PROMPT, white where it"
                + " is. The options after one belong to it.")
    String region = "";

    @Option(
        names = "--region-negative",
        paramLabel = "TEXT",
        description = "The region's negative prompt (default: the image's).")
    @Nullable String negative;

    @Option(
        names = "--region-weight",
        paramLabel = "A",
        description =
            "How much the region counts where it meets others, above 0 and at most 100 (default:"
                + " 1).")
    @Nullable Double weight;

    @Option(
        names = "--region-feather",
        paramLabel = "PX",
        description =
            "Width of the region's soft edge in pixels of the image; 0 leaves a straight line"
                + " (default: a quarter of the model's native side). Masks are as soft as they are"
                + " painted.")
    @Nullable Double feather;

    Region region() {
      return RegionText.parse(region, negative, weight, feather);
    }
  }

  /** What the options say, masks not read yet. */
  public RegionSettings settings() {
    RegionSettings ofFile = file == null ? RegionSettings.NONE : RegionFile.read(file);
    List<Region> all = new ArrayList<>(ofFile.regions());
    regions.forEach(one -> all.add(one.region()));
    return new RegionSettings(all, base == null ? ofFile.base() : base);
  }

  @Override
  public String heading() {
    return "Regions";
  }
}
