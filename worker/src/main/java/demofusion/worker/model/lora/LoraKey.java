package demofusion.worker.model.lora;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The name of a tensor in a LoRA file, taken apart: which module it belongs to and as what.
 *
 * @param stem the module as the file calls it
 */
record LoraKey(String stem, LoraPart part) {
  private record Ending(String text, LoraPart part) {}

  /** The longest first: ".lora.down.weight" ends with ".down.weight" too. */
  private static final List<Ending> ENDINGS =
      Stream.of(LoraPart.values())
          .flatMap(part -> part.endings().stream().map(text -> new Ending(text, part)))
          .sorted(Comparator.comparingInt((Ending ending) -> ending.text().length()).reversed())
          .toList();

  /** PEFT puts an adapter's name behind its parts, or none. */
  private static final Pattern PEFT =
      Pattern.compile(
          "(.+)\\.lora_(?:(A)|(B)|(magnitude_vector))(?:\\.[^.]+)??(?:\\.(weight|bias))?");

  /** What wraps a model's names where an adapter was saved by itself. */
  private static final String WRAPPING = "base_model.model.";

  /** Empty: the name is that of no part that is known. */
  static Optional<LoraKey> parse(String name) {
    Matcher peft = PEFT.matcher(name);
    if (peft.matches()) {
      return peft(peft);
    }
    return ENDINGS.stream()
        .filter(ending -> name.length() > ending.text().length() && name.endsWith(ending.text()))
        .findFirst()
        .map(
            ending ->
                new LoraKey(
                    stem(name.substring(0, name.length() - ending.text().length())),
                    ending.part()));
  }

  private static Optional<LoraKey> peft(Matcher name) {
    boolean isBias = "bias".equals(name.group(5));
    boolean isWeight = "weight".equals(name.group(5));
    LoraPart part = null;
    if (name.group(4) != null) {
      part = LoraPart.MAGNITUDE;
    } else if (name.group(2) != null && isWeight) {
      part = LoraPart.DOWN;
    } else if (name.group(3) != null && (isWeight || isBias)) {
      part = isBias ? LoraPart.UP_BIAS : LoraPart.UP;
    }
    return part == null ? Optional.empty() : Optional.of(new LoraKey(stem(name.group(1)), part));
  }

  private static String stem(String text) {
    return text.replace(WRAPPING, "");
  }
}
