package demofusion.worker.model.sdxl;

import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.text.ClipTokenizer;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Both tokenizers and both text towers: words to the states that the UNet attends to (spec section
 * 9). Every text is a forward of its own.
 */
final class PromptEncoder implements AutoCloseable {
  /** The names of what a prompt becomes: (tokens, width) and (width). */
  static final String STATES = "states";

  static final String POOLED = "pooled";

  private final ClipTokenizer firstTokenizer;
  private final ClipTokenizer secondTokenizer;
  private final TextTower firstTower;
  private final TextTower secondTower;
  private final boolean forceZerosForEmptyPrompt;

  /** Both towers' states side by side, (tokens, width), and the pooled vector, (width). */
  private record Encoded(Tensor states, Tensor pooled) {
    NamedTensors named() {
      return new NamedTensors(Map.of(STATES, states, POOLED, pooled));
    }

    Encoded zeros() {
      return new Encoded(Tensor.zeros(states.shape()), Tensor.zeros(pooled.shape()));
    }
  }

  private PromptEncoder(
      ClipTokenizer firstTokenizer,
      ClipTokenizer secondTokenizer,
      TextTower firstTower,
      TextTower secondTower,
      boolean forceZerosForEmptyPrompt) {
    this.firstTokenizer = firstTokenizer;
    this.secondTokenizer = secondTokenizer;
    this.firstTower = firstTower;
    this.secondTower = secondTower;
    this.forceZerosForEmptyPrompt = forceZerosForEmptyPrompt;
  }

  static PromptEncoder load(ModelFolder folder, TorchDevice device, Precision precision) {
    var first = folder.towers().get(0);
    var second = folder.towers().get(1);
    return new PromptEncoder(
        folder.tokenizers().get(0),
        folder.tokenizers().get(1),
        TextTower.load(first.config(), first.weights(), device, precision),
        TextTower.load(second.config(), second.weights(), device, precision),
        folder.forceZerosForEmptyPrompt());
  }

  /**
   * The same with LoRAs in the towers; both are closed, each by itself.
   *
   * @param loras one set for each tower
   */
  PromptEncoder with(List<LoraSet> loras) {
    return new PromptEncoder(
        firstTokenizer,
        secondTokenizer,
        firstTower.with(loras.get(0)),
        secondTower.with(loras.get(1)),
        forceZerosForEmptyPrompt);
  }

  WorkResult.EncodedText encode(Work.EncodeText work) {
    Prompts prompts = work.prompts();
    List<String> cutOff = new ArrayList<>();
    Encoded text = encode(prompts.prompt(), prompts.forSecondTower(), cutOff);
    if (!work.withNegative()) {
      return new WorkResult.EncodedText(text.named(), null, cutOff);
    }
    Encoded negative =
        forceZerosForEmptyPrompt && !prompts.hasNegative()
            ? text.zeros()
            : encode(prompts.negativeForFirstTower(), prompts.negativeForSecondTower(), cutOff);
    return new WorkResult.EncodedText(text.named(), negative.named(), cutOff);
  }

  private Encoded encode(String text, String textForSecondTower, List<String> cutOff) {
    ClipTokenizer.Encoding first = firstTokenizer.encode(text);
    ClipTokenizer.Encoding second = secondTokenizer.encode(textForSecondTower);
    if (!first.cutOff().isEmpty()) {
      cutOff.add(first.cutOff());
    }
    if (!second.cutOff().isEmpty() && !second.cutOff().equals(first.cutOff())) {
      cutOff.add(second.cutOff());
    }
    Tensor states = firstTower.states(first.ids());
    TextTower.Encoded more = secondTower.statesAndPooled(second.ids());
    return new Encoded(sideBySide(states, more.states()), withoutBatch(more.pooled()));
  }

  /** (1, tokens, a) and (1, tokens, b) to (tokens, a + b). */
  private static Tensor sideBySide(Tensor left, Tensor right) {
    int tokens = left.shape()[1];
    int leftWidth = left.shape()[2];
    int rightWidth = right.shape()[2];
    int width = leftWidth + rightWidth;
    float[] values = new float[tokens * width];
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(left.values(), token * leftWidth, values, token * width, leftWidth);
      System.arraycopy(
          right.values(), token * rightWidth, values, token * width + leftWidth, rightWidth);
    }
    return new Tensor(new int[] {tokens, width}, values);
  }

  private static Tensor withoutBatch(Tensor pooled) {
    return new Tensor(new int[] {pooled.shape()[1]}, pooled.values());
  }

  @Override
  public void close() {
    firstTower.close();
    secondTower.close();
  }
}
