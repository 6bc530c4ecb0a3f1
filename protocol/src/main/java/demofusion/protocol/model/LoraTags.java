package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The LoRAs that a prompt names, as A1111 writes them: {@code <lora:name:text:unet>} and {@code
 * <lora:name:te=0.5:unet=1>}. They are cut out before anything else is read
 * (coordinator/docs/lora.md).
 *
 * @param text what is left of the prompt
 * @param uses in the order of the prompt, not looked up yet
 */
public record LoraTags(String text, List<LoraUse> uses) {
  private static final Pattern TAG = Pattern.compile("<(\\w+):([^>]+)>");
  private static final int LONGEST_QUOTE = 80;

  public LoraTags {
    uses = List.copyOf(uses);
  }

  /**
   * Takes a prompt apart.
   *
   * @throws DemofusionException BAD_REQUEST if it names something else than LoRAs so, or a weight
   *     is no number
   */
  public static LoraTags cut(String prompt) {
    Matcher tag = TAG.matcher(prompt);
    List<LoraUse> uses = new ArrayList<>();
    StringBuilder left = new StringBuilder();
    while (tag.find()) {
      String kind = tag.group(1);
      if (!kind.equals("lora") && !kind.equals("lyco")) {
        throw DemofusionException.badRequest(
            "the prompt has %s: of such words only <lora:NAME> is supported%s"
                .formatted(quoted(tag), kind.equals("hypernet") ? ", and no hypernetworks" : ""));
      }
      uses.add(use(quoted(tag), tag.group(2)));
      tag.appendReplacement(left, "");
    }
    tag.appendTail(left);
    return new LoraTags(left.toString(), uses);
  }

  /**
   * Refuses a negative prompt that names LoRAs: they change the model for both halves.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public static void refuseIn(String negative) {
    Matcher tag = TAG.matcher(negative);
    if (tag.find()) {
      throw DemofusionException.badRequest(
          "the negative prompt has %s: a LoRA changes the whole image, so name it in the prompt"
              .formatted(quoted(tag)));
    }
  }

  /** The first number is the text towers', the second the UNet's, as A1111 has them. */
  private static LoraUse use(String tag, String content) {
    String[] words = content.split(":", -1);
    Double textWeight = null;
    Double weight = null;
    for (int n = 1; n < words.length; n++) {
      String word = words[n].strip();
      if (word.startsWith("te=")) {
        textWeight = number(tag, word.substring("te=".length()));
      } else if (word.startsWith("unet=")) {
        weight = number(tag, word.substring("unet=".length()));
      } else if (textWeight == null && n == 1) {
        textWeight = number(tag, word);
      } else if (weight == null && n == 2) {
        weight = number(tag, word);
      } else {
        throw DemofusionException.badRequest(
            "the prompt has %s; it must be <lora:NAME:TEXT:UNET> with at most two weights"
                .formatted(tag));
      }
    }
    double text = textWeight == null ? 1 : textWeight;
    return LoraUse.named(words[0].strip(), weight == null ? text : weight, text);
  }

  private static double number(String tag, String word) {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw DemofusionException.badRequest(
          "the prompt has %s, of which \"%s\" is no number"
              .formatted(tag, Excerpt.printable(word, LONGEST_QUOTE)));
    }
  }

  /** For sentences. */
  private static String quoted(Matcher tag) {
    return Excerpt.printable(tag.group(), LONGEST_QUOTE);
  }
}
