package demofusion.coordinator.image.recorded;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.model.SamplerNames;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another program's settings while they are read: what our options take, under WebUI's names, and
 * beside it what they do not.
 */
final class SettingsDraft {
  private static final int LONGEST_VALUE = 60;

  /** As values: that something is as it is without saying so. */
  private static final Set<String> NONE = Set.of("nan", "inf", "-inf", "infinity", "-infinity");

  private static final Set<String> NOTHING =
      Set.of(
          "",
          "none",
          "false",
          "null",
          "[]",
          "{}",
          "nan",
          "automatic",
          "default (model)",
          "built-in",
          "use same choices");

  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Set<String> leftOut = new LinkedHashSet<>();
  private PromptSyntax syntax = PromptSyntax.PLAIN;
  private String prompt = "";
  private @Nullable String negative;
  private @Nullable DrawnSize size;

  /** Weights in the prompts that follow are A1111's. */
  void weighted() {
    syntax = PromptSyntax.WEIGHTED;
    settings.put("Prompt syntax", syntax.toString());
  }

  /**
   * @param drawnWithout null: zeros in its place, as ours without a negative prompt
   */
  void prompts(String drawn, @Nullable String drawnWithout) {
    prompt = ForeignPrompt.read(drawn, syntax, this);
    negative = drawnWithout == null ? null : ForeignPrompt.read(drawnWithout, syntax, this);
  }

  /** Of the second text encoder, where they differ from the first one's. */
  void secondPrompts(String drawn, String drawnWithout) {
    if (!drawn.isEmpty() && !drawn.equals(prompt)) {
      settings.put("Prompt 2", ForeignPrompt.read(drawn, syntax, this));
    }
    if (!drawnWithout.isEmpty() && !drawnWithout.equals(negative)) {
      settings.put("Negative prompt 2", ForeignPrompt.read(drawnWithout, syntax, this));
    }
  }

  void steps(String text) {
    whole("Steps", RenderSpec.STEPS, text);
  }

  /** In WebUI's count, in which 1 is no more than the default. */
  void clipSkip(String text) {
    if (!text.strip().equals("1")) {
      whole("Clip skip", RenderSpec.CLIP_SKIP, text);
    }
  }

  /** Of 64 bits the lower 63 are taken, as by the API that speaks WebUI's language. */
  void seed(String text) {
    BigDecimal number = Numbers.parse(text);
    if (number != null && number.signum() > 0 && number.toBigInteger().bitLength() == Long.SIZE) {
      String taken = number.toBigInteger().clearBit(Long.SIZE - 1).toString();
      leaveOut("Seed", text + " (" + taken + " instead)");
      whole("Seed", RenderSpec.SEED, taken);
    } else {
      whole("Seed", RenderSpec.SEED, text);
    }
  }

  void guidance(String text) {
    number("CFG scale", Guidance.SCALE, text);
  }

  void guidanceRescale(String text) {
    number("CFG rescale", Guidance.RESCALE, text);
  }

  /**
   * @param scheduleType how its steps are spaced; null or blank: it is not said
   */
  void sampler(String name, @Nullable String scheduleType) {
    if (name.isBlank()) {
      return;
    }
    SamplerNames.Meaning meaning = SamplerNames.read(name, scheduleType);
    if (meaning.kind() == null) {
      leaveOut("Sampler", scheduleType == null ? name : name + " " + scheduleType);
      return;
    }
    settings.put("Sampler", SamplerNames.sampler(meaning.kind()));
    String spaced = SamplerNames.scheduleType(meaning.kind());
    if (spaced != null) {
      settings.put("Schedule type", spaced);
    }
    if (meaning.remark() != null) {
      leaveOut("Schedule type", scheduleType == null ? name : scheduleType);
    }
  }

  /** "1024x768", "1024×768", "(1024, 768)". */
  void size(String text) {
    String[] sides = text.replaceAll("[()\\s'\"]", "").split("[xX×,]", -1);
    if (sides.length == 2) {
      size(sides[0], sides[1]);
    } else {
      leaveOut("Size", text);
    }
  }

  void size(String width, String height) {
    size = DrawnSize.of(Numbers.parse(width), Numbers.parse(height));
    if (size == null) {
      leaveOut("Size", width + "x" + height);
    }
  }

  /** What was drawn a second time, larger, is drawn at once. */
  void enlarge(String factor) {
    BigDecimal by = Numbers.parse(factor);
    DrawnSize larger = size == null || by == null || by.signum() <= 0 ? null : size.times(by);
    if (larger == null) {
      leaveOut("Hires upscale", factor);
    } else {
      size = larger;
    }
  }

  /** The same, to a size; where one side is 0, it follows from the other. */
  void enlargeTo(String text) {
    String[] sides = text.split("x", -1);
    BigDecimal width = Numbers.parse(sides[0]);
    BigDecimal height = sides.length == 2 ? Numbers.parse(sides[1]) : null;
    DrawnSize other =
        size == null || width == null || height == null ? null : size.to(width, height);
    if (other == null) {
      leaveOut("Hires resize", text);
    } else {
      size = other;
    }
  }

  /** What only says something of the picture to the model. */
  void put(String name, String value) {
    settings.put(name, value);
  }

  /** Names what decided the picture and cannot be had here, unless it is no more than a default. */
  void leaveOut(String name, String value) {
    String line = value.strip().replaceAll("\\s+", " ");
    if (!NOTHING.contains(line.toLowerCase(Locale.ROOT))) {
      name(name, line);
    }
  }

  private void name(String name, String line) {
    String shown =
        line.length() > LONGEST_VALUE ? line.substring(0, LONGEST_VALUE).strip() + "…" : line;
    leftOut.add(shown.equalsIgnoreCase("true") ? name : name + " " + shown);
  }

  /** Whether something of a kind has been named. */
  boolean names(String kind) {
    return leftOut.stream().anyMatch(each -> each.startsWith(kind + " "));
  }

  /** A file's name without its folder and ending. */
  static String stem(String file) {
    return file.replaceFirst("^.*[/\\\\]", "")
        .replaceFirst("\\.(safetensors|ckpt|pt|pth|sft)$", "");
  }

  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  Reading done() {
    return done(Optional.empty());
  }

  /**
   * @param verbatim as the picture has them
   */
  Reading done(Optional<GenerationParameters> verbatim) {
    putSize();
    return new Reading.Settings(
        new GenerationParameters(prompt, negative, settings),
        false,
        List.copyOf(leftOut),
        verbatim);
  }

  private void putSize() {
    if (size == null) {
      return;
    }
    if (!size.isDrawable()) {
      leaveOut("Size", size.wanted());
      return;
    }
    settings.put("Size", size.rounded());
    if (!size.rounded().equals(size.wanted())) {
      leaveOut("Size", size.wanted() + " (" + size.rounded() + " instead)");
    }
  }

  private void whole(String name, Range range, String text) {
    BigDecimal number = Numbers.parse(text);
    if (number != null && number.stripTrailingZeros().scale() <= 0) {
      number(name, range, number.toBigInteger().toString());
    } else {
      leaveOut(name, text);
    }
  }

  private void number(String name, Range range, String text) {
    BigDecimal number = Numbers.parse(text);
    try {
      if (number != null) {
        // As a double the largest seed would be above itself.
        range.require(number.stripTrailingZeros().scale() <= 0 ? number.toBigInteger() : number);
        settings.put(name, number.toPlainString());
        return;
      }
    } catch (DemofusionException e) {
      // said below
    }
    if (NONE.contains(text.strip().toLowerCase(Locale.ROOT))) {
      name(name, text.strip()); // whatever it was that drew the picture, it was not the default
    } else {
      leaveOut(name, text);
    }
  }
}
