package demofusion.deploy.command;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.FittedPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import demofusion.protocol.model.ModelGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code render} as what is asked of the coordinator: one {@link RenderSpec} for
 * each picture.
 */
record CommandLineRequest(
    PromptOptions words, PictureOptions picture, MethodOptions method, int threads) {
  private static final int MOST_PICTURES = 100_000;

  CommandLineRequest {
    if (words.count < 1 || words.count > MOST_PICTURES) {
      throw DemofusionException.badRequest(
          "count " + words.count + " must be between 1 and " + MOST_PICTURES);
    }
    if (picture.strength != null && picture.image == null) {
      throw DemofusionException.badRequest(
          "--strength is about the picture to start from: give one with --image");
    }
  }

  /** One picture's words and seed. */
  record Subject(String prompt, long seed) {}

  /**
   * Every picture that is asked for: each prompt with each seed.
   *
   * @param random the first seed where none was given
   */
  List<Subject> subjects(List<String> prompts, LongSupplier random) {
    if ((long) prompts.size() * words.count > MOST_PICTURES) {
      throw DemofusionException.badRequest(
          prompts.size()
              + " prompts times --count "
              + words.count
              + " are more than "
              + MOST_PICTURES
              + " pictures; ask for fewer at once");
    }
    long first = words.seed != null ? words.seed : random.getAsLong();
    if (first < 0 || first > Long.MAX_VALUE - words.count) {
      throw DemofusionException.badRequest(
          "seed " + first + " must be between 0 and " + (Long.MAX_VALUE - words.count));
    }
    List<Subject> subjects = new ArrayList<>();
    for (String prompt : prompts) {
      for (int n = 0; n < words.count; n++) {
        subjects.add(new Subject(prompt, first + n));
      }
    }
    return subjects;
  }

  /** The picture to start from, brought to the size that this request begins with, if any. */
  @Nullable FittedPicture startingPicture(Subject subject, ModelGeometry geometry) {
    return picture.image == null
        ? null
        : FittedPicture.read(picture.image, RenderPlan.sourceSize(spec(subject, null), geometry));
  }

  /** As the request's own. */
  SourcePicture source(FittedPicture fitted) {
    return new SourcePicture(fitted.pixels(), picture.strength == null ? 1 : picture.strength);
  }

  /**
   * @param source the picture to start from, brought to size; null where there is none
   */
  RenderSpec spec(Subject subject, @Nullable SourcePicture source) {
    return new RenderSpec(
        new Prompts(subject.prompt(), words.prompt2, words.negative, words.negative2),
        picture.size,
        picture.steps,
        new Guidance(picture.guidance, picture.guidanceRescale),
        subject.seed(),
        picture.scheduler,
        method.stride,
        method.viewBatch,
        method.fusion(),
        method.method,
        method.ablations(),
        source,
        picture.originalSize,
        picture.targetSize,
        picture.crop,
        method.compatibility != null,
        threads);
  }
}
