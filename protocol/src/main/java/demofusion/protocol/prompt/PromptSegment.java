package demofusion.protocol.prompt;

/**
 * A stretch of a prompt that is tokenized for itself.
 *
 * @param weight of its tokens' states; 1 for words that nothing was done to
 * @param isBreak no text but the word BREAK: the chunk of tokens ends here
 */
public record PromptSegment(String text, double weight, boolean isBreak) {
  static final PromptSegment BREAK = new PromptSegment("", 1, true);

  public static PromptSegment of(String text, double weight) {
    return new PromptSegment(text, weight, false);
  }
}
