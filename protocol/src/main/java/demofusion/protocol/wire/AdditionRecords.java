package demofusion.protocol.wire;

import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;

/** What work is done with beside the model, component by component. */
final class AdditionRecords {
  /** Three texts' lengths and two numbers. */
  private static final int LEAST_LORA = 3 + 2 * Double.BYTES;

  /** Two texts' lengths. */
  private static final int LEAST_EMBEDDING = 2;

  private AdditionRecords() {}

  static void write(WireOutput output, Additions additions) {
    output.list(additions.loras(), AdditionRecords::lora);
    output.list(additions.embeddings(), AdditionRecords::embedding);
  }

  static Additions read(WireInput input) {
    return new Additions(
        input.list(LEAST_LORA, AdditionRecords::lora),
        input.list(LEAST_EMBEDDING, AdditionRecords::embedding));
  }

  private static void lora(WireOutput output, LoraUse use) {
    output.text(use.name());
    output.text(use.hash());
    output.writeDouble(use.weight());
    output.writeDouble(use.textWeight());
    output.text(use.shortHash());
  }

  private static LoraUse lora(WireInput input) {
    return new LoraUse(
        input.text(), input.text(), input.readDouble(), input.readDouble(), input.text());
  }

  private static void embedding(WireOutput output, EmbeddingUse use) {
    output.text(use.word());
    output.text(use.hash());
  }

  private static EmbeddingUse embedding(WireInput input) {
    return new EmbeddingUse(input.text(), input.text());
  }
}
