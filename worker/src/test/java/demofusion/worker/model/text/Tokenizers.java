package demofusion.worker.model.text;

import demofusion.protocol.GoldenData;

/** The tokenizers of the tests, read once. */
final class Tokenizers {
  /** OpenAI's vocabulary, padded with its end token. */
  static final ClipTokenizer FIRST = ClipTokenizer.read(GoldenData.tinySdxl().resolve("tokenizer"));

  /** The same vocabulary, padded with "!". */
  static final ClipTokenizer SECOND =
      ClipTokenizer.read(GoldenData.tinySdxl().resolve("tokenizer_2"));

  /** The 655 tokens of the model that ships. */
  static final ClipTokenizer MINIATURE =
      ClipTokenizer.read(
          GoldenData.path("../../../../deploy/models/miniature/tokenizer").normalize());

  private Tokenizers() {}
}
