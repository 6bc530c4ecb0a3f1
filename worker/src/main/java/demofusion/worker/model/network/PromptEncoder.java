package demofusion.worker.model.network;

import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.TextTowerConfig;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.text.ClipTokenizer;
import demofusion.worker.model.text.EmbeddedWords;
import demofusion.worker.model.text.Emphasis;
import demofusion.worker.model.text.PromptChunks;
import demofusion.worker.model.text.PromptReader;
import demofusion.worker.model.text.TextEmbedding;
import demofusion.worker.model.text.TokenChunk;
import demofusion.worker.model.torch.Placement;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A model's tokenizers and text towers: words to the states that the UNet attends to (spec section
 * 9, docs/prompts.md), of one tower or of two side by side. Every chunk of a text is a forward of
 * its own.
 */
final class PromptEncoder implements AutoCloseable {
  /** The names of what a prompt becomes: (tokens, width) and (width). */
  static final String STATES = "states";

  static final String POOLED = "pooled";

  private final List<Reader> readers;
  private final TextReading reading;
  private final boolean zeroesAbsentNegative;
  private final AdditionFiles files;

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

    /** As long as a text of no words. */
    Encoded zeros(int tokens) {
      return new Encoded(
          Tensor.zeros(tokens, states.shape()[1]),
          pooled == null ? null : Tensor.zeros(pooled.shape()));
    }
  }

  /**
   * How texts are read.
   *
   * @param cutOff receives what is not
   */
  private record Texts(
      PromptSyntax syntax,
      List<TextEmbedding> embeddings,
      TextReading reading,
      List<String> cutOff) {
    Texts reading(TextReading other) {
      return new Texts(syntax, embeddings, other, cutOff);
    }
  }

  private PromptEncoder(
      List<Reader> readers,
      TextReading reading,
      boolean zeroesAbsentNegative,
      AdditionFiles files) {
    this.readers = readers;
    this.reading = reading;
    this.zeroesAbsentNegative = zeroesAbsentNegative;
    this.files = files;
  }

  /**
   * @param files of embeddings that prompts name
   */
  static PromptEncoder load(
      ModelFolder folder,
      TorchDevice device,
      Precision precision,
      TextReading reading,
      AdditionFiles files,
      Placement placement) {
    List<Reader> readers =
        all(
            folder.towers().size(),
            n -> {
              ModelFolder.Part<TextTowerConfig> tower = folder.towers().get(n);
              return new Reader(
                  folder.tokenizers().get(n),
                  TextTower.load(tower.config(), tower.weights(), device, precision, placement),
                  tower.config().projectionWidth() > 0);
            });
    return new PromptEncoder(readers, reading, folder.forceZerosForEmptyPrompt(), files);
  }

  /**
   * The same with LoRAs in the towers; both are closed, each by itself.
   *
   * @param loras one set for each tower
   */
  PromptEncoder with(List<LoraSet> loras) {
    List<Reader> others =
        all(
            readers.size(),
            n -> {
              Reader reader = readers.get(n);
              return new Reader(
                  reader.tokenizer(), reader.tower().with(loras.get(n)), reader.projected());
            });
    return new PromptEncoder(others, reading, zeroesAbsentNegative, files);
  }

  /** Puts the towers on the device, unless they are there. */
  void come() {
    readers.forEach(reader -> reader.tower().come());
  }

  /** Takes them off the device, with all that were made of them. */
  void leave() {
    readers.forEach(reader -> reader.tower().leave());
  }

  /** All or none: where one cannot be made, nobody would close those before it. */
  private static List<Reader> all(int count, IntFunction<Reader> make) {
    List<Reader> made = new ArrayList<>();
    try {
      for (int n = 0; n < count; n++) {
        made.add(make.apply(n));
      }
      return made;
    } catch (RuntimeException | Error e) {
      made.forEach(reader -> reader.tower().close());
      throw e;
    }
  }

  WorkResult.EncodedText encode(Work.EncodeText work) {
    Prompts prompts = work.prompts();
    Integer clipSkip = work.clipSkip();
    TextReading wanted = clipSkip == null ? reading : reading.skipping(clipSkip);
    List<TextEmbedding> embeddings = PromptEmbeddings.of(work.additions(), files);
    Texts texts = new Texts(work.syntax(), embeddings, wanted, new ArrayList<>());
    Encoded text = encode(List.of(prompts.prompt(), prompts.forSecondTower()), texts);
    if (!work.withNegative()) {
      return new WorkResult.EncodedText(text.named(), null, texts.cutOff());
    }
    // diffusers skips layers for the positive half alone, A1111 for both
    Texts without = work.syntax() == PromptSyntax.PLAIN ? texts.reading(reading) : texts;
    Encoded negative =
        zeroesAbsentNegative && isAbsent(prompts, work.syntax())
            ? text.zeros(readers.get(0).tokenizer().maxLength())
            : encode(
                List.of(prompts.negativeForFirstTower(), prompts.negativeForSecondTower()),
                without);
    return new WorkResult.EncodedText(text.named(), negative.named(), texts.cutOff());
  }

  /** To A1111 an empty negative prompt is none. */
  private static boolean isAbsent(Prompts prompts, PromptSyntax syntax) {
    return syntax == PromptSyntax.PLAIN
        ? !prompts.hasNegative()
        : prompts.negativeForFirstTower().isEmpty() && prompts.negativeForSecondTower().isEmpty();
  }

  /**
   * @param texts for the first tower and for the second, whether there is one or not
   */
  private Encoded encode(List<String> texts, Texts how) {
    List<List<TokenChunk>> chunks = chunks(texts, how);
    List<List<Tensor>> states = new ArrayList<>();
    Tensor pooled = null;
    int count = chunks.stream().mapToInt(List::size).max().orElse(0);
    for (int n = 0; n < readers.size(); n++) {
      Reader reader = readers.get(n);
      List<Tensor> ofTower = new ArrayList<>();
      for (int at = 0; at < count; at++) {
        TokenChunk chunk =
            at < chunks.get(n).size()
                ? chunks.get(n).get(at)
                : PromptChunks.empty(reader.tokenizer());
        Tensor read;
        if (reader.projected() && at == 0) {
          TextTower.Encoded more = reader.tower().statesAndPooled(chunk, how.reading());
          read = more.states();
          pooled = withoutBatch(more.pooled());
        } else {
          read = reader.tower().states(chunk, how.reading());
        }
        Emphasis.apply(read.values(), chunk.weights());
        ofTower.add(read);
      }
      states.add(ofTower);
    }
    return new Encoded(sideBySide(states), pooled);
  }

  private List<List<TokenChunk>> chunks(List<String> texts, Texts how) {
    List<List<TokenChunk>> chunks = new ArrayList<>();
    String cutBefore = "";
    for (int n = 0; n < readers.size(); n++) {
      ClipTokenizer tokenizer = readers.get(n).tokenizer();
      List<String> cut = new ArrayList<>();
      List<TokenChunk> ofTower =
          PromptReader.chunks(
              texts.get(n),
              how.syntax(),
              tokenizer,
              EmbeddedWords.of(how.embeddings(), n, tokenizer),
              cut::add);
      ofTower.forEach(this::requireFitting);
      chunks.add(ofTower);
      String cutNow = String.join("", cut);
      if (!cutNow.isEmpty() && !cutNow.equals(cutBefore)) {
        how.cutOff().add(cutNow);
      }
      cutBefore = cutNow;
    }
    return chunks;
  }

  private void requireFitting(TokenChunk chunk) {
    int[] widths = readers.stream().mapToInt(reader -> reader.tower().width()).toArray();
    chunk.places().forEach(place -> place.word().embedding().requireFitting(widths));
  }

  /** For each tower its chunks, (1, tokens, width) each, to (all tokens, all widths). */
  private static Tensor sideBySide(List<List<Tensor>> towers) {
    int chunks = towers.get(0).size();
    int tokens = towers.get(0).get(0).shape()[1];
    int width = towers.stream().mapToInt(chunk -> chunk.get(0).shape()[2]).sum();
    float[] values = new float[chunks * tokens * width];
    int from = 0;
    for (List<Tensor> tower : towers) {
      int towerWidth = tower.get(0).shape()[2];
      for (int row = 0; row < chunks * tokens; row++) {
        System.arraycopy(
            tower.get(row / tokens).values(),
            row % tokens * towerWidth,
            values,
            row * width + from,
            towerWidth);
      }
      from += towerWidth;
    }
    return new Tensor(new int[] {chunks * tokens, width}, values);
  }

  private static Tensor withoutBatch(Tensor pooled) {
    return new Tensor(new int[] {pooled.shape()[1]}, pooled.values());
  }

  @Override
  public void close() {
    readers.forEach(reader -> reader.tower().close());
  }
}
