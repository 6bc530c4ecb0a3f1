package demofusion.protocol.api.request;

import static demofusion.protocol.api.request.Field.Surface.GUESTS;
import static demofusion.protocol.api.request.Field.Surface.PICTURE_TEXT;

import demofusion.protocol.Range;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.SamplerNames;
import demofusion.protocol.model.SchedulerKind;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows of {@link RequestFields#ALL}: what any SDXL program asks for. */
final class PictureFields {
  /** Far beyond what text towers read, and little enough to be kept for thousands of jobs. */
  static final int LONGEST_PROMPT = 16_384;

  static final List<Field<?>> ROWS =
      List.of(
          words(
                  "prompt",
                  Prompts::prompt,
                  (p, text) -> new Prompts(text, p.prompt2(), p.negative(), p.negative2()))
              .required()
              .option("PROMPT")
              .form(FormGroup.MAIN, "Prompt", "What to draw.")
              .example("a lighthouse and the open sea, at sunset")
              .control(Field.Control.PROMPT)
              .notOn(PICTURE_TEXT, GUESTS),
          words(
                  "prompt2",
                  Prompts::prompt2,
                  (p, text) -> new Prompts(p.prompt(), text, p.negative(), p.negative2()))
              .option("--prompt-2")
              .recorded("Prompt 2", 7)
              .guestArgument(14)
              .form(
                  FormGroup.CONDITIONING,
                  "Second prompt",
                  "A prompt of its own for SDXL’s second text encoder.")
              .otherwise("the prompt"),
          words(
                  "negativePrompt",
                  Prompts::negative,
                  (p, text) -> new Prompts(p.prompt(), p.prompt2(), text, p.negative2()))
              .option("--negative")
              .form(
                  FormGroup.MAIN,
                  "Negative prompt",
                  "What not to draw. Leaving it out is not the same as an empty one.")
              .example("blurry, ugly, duplicate")
              .control(Field.Control.PROMPT)
              .notOn(PICTURE_TEXT, GUESTS),
          words(
                  "negativePrompt2",
                  Prompts::negative2,
                  (p, text) -> new Prompts(p.prompt(), p.prompt2(), p.negative(), text))
              .option("--negative-2")
              .recorded("Negative prompt 2", 8)
              .guestArgument(15)
              .form(
                  FormGroup.CONDITIONING,
                  "Second negative prompt",
                  "A negative prompt of its own for SDXL’s second text encoder.")
              .otherwise("the negative prompt"),
          Field.ofSpec(
                  "promptSyntax",
                  FieldKind.choice(PromptSyntax.class, PromptSyntax::parse),
                  RenderSpec::promptSyntax,
                  RenderSpec.Builder::promptSyntax)
              .option("--prompt-syntax")
              .recorded("Prompt syntax", 25)
              .recordedIf(spec -> spec.promptSyntax() == PromptSyntax.WEIGHTED)
              .guestArgument(23)
              .form(
                  FormGroup.MAIN,
                  "Prompt syntax",
                  "weighted: (word:1.3) counts more, [word] less, [from:to:10] and [a|b] change"
                      + " with the steps, BREAK parts, and no length is too long. plain: all of it"
                      + " is words, and what the model does not read at once is cut off.")
              .preselecting(PromptSyntax.WEIGHTED.toString()),
          Field.ofSpec("size", FieldKind.extent(), RenderSpec::size, RenderSpec.Builder::size)
              .option("--size")
              .recorded("Size", 5)
              .form(FormGroup.MAIN, "Size", "Width and height in pixels, as WIDTHxHEIGHT.")
              .control(Field.Control.SIZE)
              .otherwise("twice the model’s native size")
              .example("4096x4096")
              .notOn(GUESTS)
              .recommendable(),
          Field.ofSpec(
                  "steps",
                  FieldKind.whole(RenderSpec.STEPS),
                  RenderSpec::steps,
                  RenderSpec.Builder::steps)
              .option("--steps")
              .recorded("Steps", 1)
              .form(
                  FormGroup.SAMPLING,
                  "Steps",
                  "Timesteps of each phase. More are slower and a little finer; 30 to 50 is usual.")
              .notOn(GUESTS)
              .studied()
              .standard(RenderSpec.STANDARD_STEPS)
              .recommendable(),
          guidance(
                  "guidanceScale",
                  Guidance.SCALE,
                  AskedGuidance::scale,
                  (g, scale) -> new AskedGuidance(scale, g.rescale()))
              .standard(AskedGuidance.STANDARD.scale())
              .recommendable()
              .option("--guidance")
              .recorded("CFG scale", 3)
              .form(
                  FormGroup.SAMPLING,
                  "Guidance scale",
                  "How closely the prompt is followed. Higher is more literal and harsher.")
              .notOn(GUESTS),
          guidance(
                  "guidanceRescale",
                  Guidance.RESCALE,
                  AskedGuidance::rescale,
                  (g, rescale) -> new AskedGuidance(g.scale(), rescale))
              .standard(AskedGuidance.STANDARD.rescale())
              .recommendable()
              .option("--guidance-rescale")
              .recorded("CFG rescale", 6)
              .recordedIf(spec -> spec.guidance().orStandard().rescale() > 0)
              .guestArgument(13)
              .form(
                  FormGroup.SAMPLING,
                  "Guidance rescale",
                  "Takes back some of the contrast that a high guidance scale adds."),
          Field.ofSpec(
                  "seed",
                  FieldKind.number(Long.class, RenderSpec.SEED),
                  RenderSpec::seed,
                  RenderSpec.Builder::seed)
              .withoutStandard()
              .option("--seed")
              .recorded("Seed", 4)
              .form(FormGroup.MAIN, "Seed", "The same seed and settings give the same image.")
              .control(Field.Control.SEED)
              .otherwise("random")
              .notOn(GUESTS),
          Field.ofSpec(
                  "scheduler",
                  FieldKind.choice(SchedulerKind.all(), SchedulerKind::parse),
                  RenderSpec::scheduler,
                  RenderSpec.Builder::scheduler)
              .option("--scheduler")
              .recorded("Sampler", 2)
              .recordedAs(PictureFields::samplerName, PictureFields::samplerOption)
              .form(
                  FormGroup.SAMPLING,
                  "Scheduler",
                  "How noise becomes an image, step by step, and how the steps are spaced:"
                      + " SOLVER[-SPACING]. The model’s own is the safe choice.")
              .otherwise("the model’s own")
              .notOn(GUESTS)
              .recommendable(),
          Field.ofSpec(
                  "clipSkip",
                  FieldKind.whole(RenderSpec.CLIP_SKIP),
                  RenderSpec::clipSkip,
                  RenderSpec.Builder::clipSkip)
              .option("--clip-skip")
              .recorded("Clip skip", 24)
              .guestArgument(22)
              .form(
                  FormGroup.CONDITIONING,
                  "Clip skip",
                  "At which of the text encoder’s layers, counted from the last, the prompt is"
                      + " read. Some models are made for 2.")
              .otherwise("the model’s own: 1, for SDXL 2"));

  private PictureFields() {}

  private static Field<String> words(
      String name,
      Function<Prompts, @Nullable String> get,
      BiFunction<Prompts, String, Prompts> set) {
    return Field.ofSpec(
        name,
        FieldKind.text(LONGEST_PROMPT),
        spec -> get.apply(spec.prompts()),
        (builder, text) -> builder.prompts(set.apply(builder.prompts, text)));
  }

  private static Field<Float> guidance(
      String name,
      Range range,
      Function<AskedGuidance, @Nullable Float> get,
      BiFunction<AskedGuidance, Float, AskedGuidance> set) {
    return Field.ofSpec(
        name,
        FieldKind.number(Float.class, range),
        spec -> get.apply(spec.guidance()),
        (builder, value) -> builder.guidance(set.apply(builder.guidance, value)));
  }

  private static @Nullable String samplerName(RenderSpec spec) {
    SchedulerKind kind = spec.scheduler();
    return kind == null ? null : SamplerNames.sampler(kind);
  }

  private static @Nullable String samplerOption(String name) {
    return SamplerNames.kind(name, null).map(SchedulerKind::toString).orElse(null);
  }
}
