package demofusion.worker.model.text;

import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.prompt.PromptWeights;
import java.util.List;
import java.util.function.Consumer;

/** A prompt of one step as one text tower reads it, chunk by chunk. */
public final class PromptReader {
  private PromptReader() {}

  /**
   * At least one chunk; in the plain syntax, one.
   *
   * @param words that vectors stand for
   * @param cutOff receives what the tower does not read, in words, if there is anything
   */
  public static List<TokenChunk> chunks(
      String text,
      PromptSyntax syntax,
      ClipTokenizer tokenizer,
      EmbeddedWords words,
      Consumer<String> cutOff) {
    return switch (syntax) {
      case PLAIN -> List.of(tokenizer.encode(text, words, cutOff));
      case WEIGHTED -> PromptChunks.of(PromptWeights.parse(text), tokenizer, words);
    };
  }
}
