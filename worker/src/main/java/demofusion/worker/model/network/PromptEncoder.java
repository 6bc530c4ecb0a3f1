package demofusion.worker.model.network;

import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.TextTowerConfig;
import demofusion.worker.model.text.ClipTokenizer;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's tokenizers and text towers: words to the states that the UNet attends to (spec section
 * 9), of one tower or of two side by side. Every text is a forward of its own.
 */
final class PromptEncoder implements AutoCloseable {
  /** The names of what a prompt becomes: (tokens, width) and (width). */
  static final String STATES = "states";

  static final String POOLED = "pooled";

  private final List<Reader> readers;
  private final TextReading reading;
  private final boolean zeroesAbsentNegative;

  /**
   * One tokenizer and its tower.
   *
   * @param projected whether the tower says a pooled vector too
   */
  private record Reader(ClipTokenizer tokenizer, TextTower tower, boolean projected) {}

  /** All towers' states side by side, (tokens, width), and the pooled vector, (width), if any. */
  private record Encoded(Tensor states, @Nullable Tensor pooled) {
    NamedTensors named() {
      return new NamedTensors(
          pooled == null ? Map.of(STATES, states) : Map.of(STATES, states, POOLED, pooled));
    }

    Encoded zeros() {
      return new Encoded(
          Tensor.zeros(states.shape()), pooled == null ? null : Tensor.zeros(pooled.shape()));
    }
  }

  private PromptEncoder(List<Reader> readers, TextReading reading, boolean zeroesAbsentNegative) {
    this.readers = readers;
    this.reading = reading;
    this.zeroesAbsentNegative = zeroesAbsentNegative;
  }

  static PromptEncoder load(
      ModelFolder folder, TorchDevice device, Precision precision, TextReading reading) {
    List<Reader> readers = new ArrayList<>();
    for (int n = 0; n < folder.towers().size(); n++) {
      ModelFolder.Part<TextTowerConfig> tower = folder.towers().get(n);
      readers.add(
          new Reader(
              folder.tokenizers().get(n),
              TextTower.load(tower.config(), tower.weights(), device, precision),
              tower.config().projectionWidth() > 0));
    }
    return new PromptEncoder(readers, reading, folder.forceZerosForEmptyPrompt());
  }

  WorkResult.EncodedText encode(Work.EncodeText work) {
    Prompts prompts = work.prompts();
    Integer clipSkip = work.clipSkip();
    TextReading wanted = clipSkip == null ? reading : reading.skipping(clipSkip);
    List<String> cutOff = new ArrayList<>();
    Encoded text = encode(List.of(prompts.prompt(), prompts.forSecondTower()), wanted, cutOff);
    if (!work.withNegative()) {
      return new WorkResult.EncodedText(text.named(), null, cutOff);
    }
    Encoded negative =
        zeroesAbsentNegative && !prompts.hasNegative()
            ? text.zeros()
            : encode(
                List.of(prompts.negativeForFirstTower(), prompts.negativeForSecondTower()),
                wanted,
                cutOff);
    return new WorkResult.EncodedText(text.named(), negative.named(), cutOff);
  }

  /**
   * @param texts for the first tower and for the second, whether there is one or not
   */
  private Encoded encode(List<String> texts, TextReading wanted, List<String> cutOff) {
    List<Tensor> states = new ArrayList<>();
    Tensor pooled = null;
    String cutBefore = "";
    for (int n = 0; n < readers.size(); n++) {
      Reader reader = readers.get(n);
      ClipTokenizer.Encoding encoding = reader.tokenizer().encode(texts.get(n));
      if (!encoding.cutOff().isEmpty() && !encoding.cutOff().equals(cutBefore)) {
        cutOff.add(encoding.cutOff());
      }
      cutBefore = encoding.cutOff();
      if (reader.projected()) {
        TextTower.Encoded more = reader.tower().statesAndPooled(encoding.ids(), wanted);
        states.add(more.states());
        pooled = withoutBatch(more.pooled());
      } else {
        states.add(reader.tower().states(encoding.ids(), wanted));
      }
    }
    return new Encoded(sideBySide(states), pooled);
  }

  /** (1, tokens, a) and (1, tokens, b) to (tokens, a + b). */
  private static Tensor sideBySide(List<Tensor> parts) {
    int tokens = parts.get(0).shape()[1];
    int width = parts.stream().mapToInt(part -> part.shape()[2]).sum();
    float[] values = new float[tokens * width];
    int from = 0;
    for (Tensor part : parts) {
      int partWidth = part.shape()[2];
      for (int token = 0; token < tokens; token++) {
        System.arraycopy(part.values(), token * partWidth, values, token * width + from, partWidth);
      }
      from += partWidth;
    }
    return new Tensor(new int[] {tokens, width}, values);
  }

  private static Tensor withoutBatch(Tensor pooled) {
    return new Tensor(new int[] {pooled.shape()[1]}, pooled.values());
  }

  @Override
  public void close() {
    readers.forEach(reader -> reader.tower().close());
  }
}
