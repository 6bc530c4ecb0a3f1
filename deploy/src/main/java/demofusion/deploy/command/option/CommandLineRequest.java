package demofusion.deploy.command.option;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.image.RequestPictures;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.MethodRules;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code render} as what is asked of the coordinator: one {@link RenderSpec} for
 * each picture.
 */
public record CommandLineRequest(
    PromptOptions words, PictureOptions picture, MethodOptions method, int threads) {
  private static final int MOST_PICTURES = 100_000;

  public CommandLineRequest {
    if (words.count < 1 || words.count > MOST_PICTURES) {
      throw DemofusionException.badRequest(
          "count " + words.count + " must be between 1 and " + MOST_PICTURES);
    }
    if (picture.strength != null && picture.image == null) {
      throw DemofusionException.badRequest(
          "--strength applies to a source image: give one with --image");
    }
  }

  /** One picture's words and seed. */
  public record Subject(String prompt, long seed) {}

  /**
   * Every picture that is asked for: each prompt with each seed.
   *
   * @param random the first seed where none was given
   */
  public List<Subject> subjects(List<String> prompts, LongSupplier random) {
    if ((long) prompts.size() * words.count > MOST_PICTURES) {
      throw DemofusionException.badRequest(
          "%s prompts times --count %s are more than %s images; ask for fewer at once"
              .formatted(prompts.size(), words.count, MOST_PICTURES));
    }
    long first = words.seed != null ? words.seed : random.getAsLong();
    long last = Long.MAX_VALUE - (words.count - 1);
    if (first < 0 || first > last) {
      throw DemofusionException.badRequest("seed " + first + " must be between 0 and " + last);
    }
    List<Subject> subjects = new ArrayList<>();
    for (String prompt : prompts) {
      for (int n = 0; n < words.count; n++) {
        subjects.add(new Subject(prompt, first + n));
      }
    }
    return subjects;
  }

  /**
   * The picture to start from, brought to the size that this request begins with, if any.
   *
   * @param settings what the model recommends
   */
  public @Nullable FittedPicture startingPicture(
      Subject subject, ModelGeometry geometry, ModelSettings settings) {
    Path source = picture.source();
    return source == null
        ? null
        : FittedPicture.read(
            source,
            RenderPlan.sourceSize(
                RecommendedSettings.fill(spec(subject, null), settings), geometry));
  }

  /** The files that are named for LoRAs, as opposed to names. */
  public List<Path> loraFiles() {
    return Stream.concat(picture.loraFiles().stream(), method.loraFiles().stream()).toList();
  }

  /** As the request's own. */
  public SourcePicture source(FittedPicture fitted) {
    return new SourcePicture(fitted.pixels(), picture.strength == null ? 1 : picture.strength);
  }

  /**
   * @param source the picture to start from, brought to size; null where there is none
   */
  public RenderSpec spec(Subject subject, @Nullable SourcePicture source) {
    RenderSpec asked = specWithoutRules(subject, source);
    MethodRules.require(asked, picture.redrawn());
    return asked;
  }

  /** The same for whoever looks at several methods, with which not all options need go together. */
  public RenderSpec specWithoutRules(Subject subject, @Nullable SourcePicture source) {
    RenderSpec.Builder spec = RenderSpec.of(subject.prompt(), subject.seed()).toBuilder();
    picture.addTo(spec);
    method.addTo(spec);
    return RequestPictures.read(
        spec.prompts(words.with(subject.prompt()))
            .promptSyntax(words.promptSyntax)
            .source(source)
            .threads(threads)
            .build());
  }
}
