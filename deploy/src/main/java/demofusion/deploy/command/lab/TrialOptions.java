package demofusion.deploy.command.lab;

import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.deploy.command.option.DetailFastOptions;
import demofusion.deploy.command.option.LibraryOptions;
import demofusion.deploy.command.option.PromptList;
import demofusion.deploy.command.option.SwitchOptions;
import demofusion.deploy.command.option.adapter.AdapterOptions;
import demofusion.deploy.command.option.control.ControlOptions;
import demofusion.deploy.command.option.file.UpscalerName;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.AskedGuidance;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The pictures that are compared: each prompt with each seed, everything else the same. */
final class TrialOptions implements OptionGroup {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");
  private static final int MOST_SEEDS = 1000;
  private static final long MOST_PIXELS = 1 << 26;

  @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "The prompt.")
  @Nullable String prompt;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "Read prompts from a file, one per line; - reads standard input.")
  @Nullable String promptsFile;

  @Option(names = "--negative", paramLabel = "TEXT", description = "The negative prompt.")
  @Nullable String negative;

  @Option(
      names = "--seeds",
      paramLabel = "A-B",
      defaultValue = "1-2",
      description = "Seeds, for example 1-4 or 7 (default: ${DEFAULT-VALUE}).")
  String seeds = "1-2";

  @Option(
      names = "--size",
      paramLabel = "WxH",
      description =
          "Image size in pixels (default: the model's own setting, else twice its native size).")
  @Nullable PixelExtent size;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Timesteps per phase (default: the model's own setting, else 50).")
  @Nullable Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Guidance scale (CFG) (default: the model's own setting, else 7.5).")
  @Nullable Float guidance;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description = "Scheduler, as for render (default: the model's own).")
  @Nullable SchedulerKind scheduler;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description =
          "Stride between tiles, in latent pixels (default: half a tile; in detail and fast three"
              + " quarters).")
  @Nullable Integer stride;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description =
          "Output folder (default: a new folder in the current directory; for stress always the"
              + " folder stress).")
  @Nullable Path output;

  @Option(names = "--json", description = "Print all figures as JSON.")
  boolean json;

  @Option(names = "--quiet", description = "Print only errors on stderr.")
  boolean quiet;

  @Option(
      names = "--upscaler",
      paramLabel = "FILE|NAME",
      description = "Upscaler of the method sr, as for render.")
  @Nullable String upscaler;

  @Mixin final SwitchOptions switches = new SwitchOptions();
  @Mixin final DetailFastOptions detailAndFast = new DetailFastOptions();
  @Mixin final ControlOptions controls = new ControlOptions();
  @Mixin final AdapterOptions adapters = new AdapterOptions();
  @Mixin final LibraryOptions files = new LibraryOptions();

  private Optional<UpscalerName> upscaler() {
    return Optional.ofNullable(upscaler).map(UpscalerName::of);
  }

  /** All that newer methods are told, each of which takes what is its own. */
  private MethodSettings methodSettings() {
    MethodSettings settings = detailAndFast.addTo(switches.addTo(MethodSettings.NONE));
    return upscaler()
        .map(each -> settings.withUpscaler(UpscalerUse.named(each.name())))
        .orElse(settings);
  }

  /** Where the files are that pictures name beside the model. */
  List<Place> places(Path base) {
    return files.places(
        detailAndFast.loraFiles(),
        upscaler().flatMap(UpscalerName::file),
        Stream.concat(controls.places().stream(), adapters.places().stream()).toList(),
        base);
  }

  /** Refuses sizes that are too large to be held and measured. */
  static void requireModest(@Nullable PixelExtent size) {
    if (size != null && size.area() > MOST_PIXELS) {
      throw DemofusionException.badRequest(
          ("size %s has more than %s pixels, and compared images are held in memory; "
                  + "choose a smaller size")
              .formatted(size, MOST_PIXELS));
    }
  }

  /** Every picture as DemoFusion draws it. */
  List<RenderSpec> pictures(int threads) {
    requireModest(size);
    List<RenderSpec> pictures = new ArrayList<>();
    for (String words : PromptList.read(prompt, promptsFile, System.in)) {
      for (long seed : seeds()) {
        pictures.add(picture(words, seed, threads));
      }
    }
    return pictures;
  }

  RenderSpec picture(String words, long seed, int threads) {
    return RenderSpec.of("", seed).toBuilder()
        .prompts(new Prompts(words, null, negative, null))
        .size(size)
        .steps(steps)
        .guidance(new AskedGuidance(guidance, null))
        .scheduler(scheduler)
        .stride(stride)
        .threads(threads)
        .methodSettings(methodSettings())
        .conditions(new ConditionSettings(controls.settings(), adapters.settings(), null))
        .build();
  }

  List<Long> seeds() {
    Matcher matcher = RANGE.matcher(seeds.strip());
    if (matcher.matches()) {
      long first = Long.parseLong(matcher.group(1));
      long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
      if (first <= last && last - first < MOST_SEEDS) {
        List<Long> all = new ArrayList<>();
        for (long seed = first; seed <= last; seed++) {
          all.add(seed);
        }
        return all;
      }
    }
    throw DemofusionException.badRequest(
        "--seeds \"" + seeds + "\" must be A-B with at most " + MOST_SEEDS + " seeds, or one seed");
  }

  @Override
  public String heading() {
    return "Experiment";
  }
}
