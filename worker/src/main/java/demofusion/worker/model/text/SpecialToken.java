package demofusion.worker.model.text;

/**
 * A token that is found in a text before it is split into words.
 *
 * @param normalized whether it is looked for in the normalised text rather than in the raw one
 * @param wholeWord whether it must not touch letters or digits; transformers' {@code single_word}
 */
record SpecialToken(String content, int id, boolean normalized, boolean wholeWord) {}
