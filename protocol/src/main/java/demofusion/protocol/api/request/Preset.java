package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.RenderMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What people choose who do not want to choose settings. A preset is nothing but settings: whoever
 * takes it has what its fields give, and may change any of them.
 */
public enum Preset {
  EXACT(
      "Exact",
      "DemoFusion as its paper has it: to repeat its results, and the slowest.",
      RenderMethod.DEMOFUSION),
  DETAIL(
      "Detail",
      "Keeps the composition of phase 1 more closely, for a fraction of the time: a newer method"
          + " on the same tiles.",
      RenderMethod.DETAIL),
  FAST(
      "Fast",
      "A draft in a few steps, which is not DemoFusion: needs a few-step LoRA or model.",
      RenderMethod.FAST);

  /** Under this name a request of another program's client names one. */
  public static final String NAME = "preset";

  private final String label;
  private final String sentence;
  private final RenderMethod method;

  Preset(String label, String sentence, RenderMethod method) {
    this.label = label;
    this.sentence = sentence;
    this.method = method;
  }

  /** Reads a name, in any case. */
  public static Preset parse(String text) {
    for (Preset preset : values()) {
      if (preset.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return preset;
      }
    }
    throw DemofusionException.badRequest(
        "preset \"%s\" must be one of %s"
            .formatted(
                text,
                Arrays.stream(values()).map(Preset::toString).collect(Collectors.joining(", "))));
  }

  /** The preset that is listed among other things so; empty: none. */
  public static Optional<Preset> titled(String title) {
    return Arrays.stream(values()).filter(each -> each.title().equals(title)).findFirst();
  }

  /** Where it stands among other programs' names. */
  public String title() {
    return "DemoFusion " + label;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** When to take it. */
  public String sentence() {
    return sentence;
  }

  /** By the names of a request's fields, as JSON has them. */
  public Map<String, Object> settings() {
    return Map.of("method", method.toString());
  }

  /** What it leaves at its standard, since it would not be what it says with them. */
  public List<Field<?>> without() {
    return this == EXACT
        ? RequestFields.ALL.stream().filter(each -> each.group() == FormGroup.SWITCHES).toList()
        : List.of();
  }

  /** The same request by this preset. */
  public RenderSpec of(RenderSpec base) {
    RenderSpec spec = base;
    for (Map.Entry<String, Object> setting : settings().entrySet()) {
      spec = RequestFields.named(setting.getKey()).with(spec, setting.getValue());
    }
    return spec;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
