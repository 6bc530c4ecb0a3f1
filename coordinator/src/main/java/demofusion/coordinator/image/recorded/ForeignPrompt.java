package demofusion.coordinator.image.recorded;

import demofusion.protocol.latent.PromptSyntax;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What other programs' prompts hold beside words. Networks to load are taken out, as those programs
 * do before they encode a prompt. Weights are A1111's and are understood, or they stay, as words
 * like others. What is taken out or not understood is named.
 */
public final class ForeignPrompt {
  private static final Pattern NETWORK =
      Pattern.compile("<(lora|lyco|hypernet|embedding|embed):([^<>:]++)([^<>]*+)>");
  private static final Pattern LORA = Pattern.compile("<(lora|lyco):[^<>]++>");
  private static final Pattern EMBEDDING = Pattern.compile("\\bembedding:([\\w.\\-/]+)");
  private static final List<Pattern> WEIGHTS =
      List.of(
          Pattern.compile("\\([^()]{1,200}:\\s*[\\d.]+\\s*\\)"), // WebUI, ComfyUI
          Pattern.compile("\\([^()]{1,200}\\)\\d*\\.\\d+"), // InvokeAI
          Pattern.compile("\\{[^{}]{1,200}\\}"), // NovelAI
          Pattern.compile("\\b(BREAK|AND)\\b"));

  private ForeignPrompt() {}

  /** What a prompt holds that is not understood where it is drawn; LoRAs are, in weighted ones. */
  public static List<String> foreign(String prompt, PromptSyntax syntax) {
    SettingsDraft draft = new SettingsDraft();
    String words = syntax == PromptSyntax.WEIGHTED ? LORA.matcher(prompt).replaceAll("") : prompt;
    read(words, syntax, draft);
    return draft.leftOut();
  }

  /** The prompt as it was encoded; what is not understood goes into the draft. */
  static String read(String prompt, PromptSyntax syntax, SettingsDraft draft) {
    Matcher network = NETWORK.matcher(prompt);
    while (network.find()) {
      String weight = network.group(3).isEmpty() ? "" : " (" + network.group(3).substring(1) + ")";
      draft.leaveOut(kind(network.group(1)), network.group(2) + weight);
    }
    Matcher embedding = EMBEDDING.matcher(prompt);
    while (embedding.find()) {
      draft.leaveOut("embedding", embedding.group(1));
    }
    String words = NETWORK.matcher(prompt).replaceAll("").strip();
    for (Pattern form : syntax == PromptSyntax.WEIGHTED ? List.<Pattern>of() : WEIGHTS) {
      Matcher weight = form.matcher(words);
      if (weight.find()) {
        draft.leaveOut("the meaning of", weight.group());
      }
    }
    return words;
  }

  private static String kind(String tag) {
    return switch (tag) {
      case "hypernet" -> "hypernetwork";
      case "embedding", "embed" -> "embedding";
      default -> "LoRA";
    };
  }
}
