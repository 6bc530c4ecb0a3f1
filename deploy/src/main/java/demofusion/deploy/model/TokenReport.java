package demofusion.deploy.model;

import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.prompt.PromptSchedule;
import demofusion.worker.model.text.ClipTokenizer;
import demofusion.worker.model.text.EmbeddedWords;
import demofusion.worker.model.text.PromptReader;
import demofusion.worker.model.text.TextEmbedding;
import demofusion.worker.model.text.TokenChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as a model's text towers read it.
 *
 * @param texts one for each stretch of steps; in the plain syntax, one
 */
public record TokenReport(PromptSyntax syntax, List<Text> texts) {
  /** What is drawn in some steps, which are counted from 1. */
  public record Text(int firstStep, int lastStep, String text, List<Tower> towers) {}

  /**
   * What one tower reads of it.
   *
   * @param cutOff what it does not read; null: it reads all
   */
  public record Tower(int tower, List<List<Token>> chunks, @Nullable String cutOff) {}

  /**
   * One token, or the vectors that stand for a word.
   *
   * @param id null: vectors
   * @param vectors how many stand here; 0: it is a token
   */
  public record Token(@Nullable Integer id, String text, double weight, int vectors) {}

  /**
   * @param tokenizers of the model's towers
   * @param steps timesteps of a phase
   * @param embeddings that the prompt may name
   */
  public static TokenReport of(
      String prompt,
      PromptSyntax syntax,
      int steps,
      List<ClipTokenizer> tokenizers,
      List<TextEmbedding> embeddings) {
    PromptSchedule schedule =
        syntax == PromptSyntax.PLAIN
            ? PromptSchedule.constant(prompt, steps)
            : PromptSchedule.of(prompt, steps);
    List<Text> texts = new ArrayList<>();
    for (int first = 0, next; first < steps; first = next) {
      String text = schedule.textAt(first);
      next = first + 1;
      while (next < steps && schedule.textAt(next).equals(text)) {
        next++;
      }
      List<Tower> towers = new ArrayList<>();
      for (int n = 0; n < tokenizers.size(); n++) {
        ClipTokenizer tokenizer = tokenizers.get(n);
        List<String> cutOff = new ArrayList<>();
        List<TokenChunk> chunks =
            PromptReader.chunks(
                text, syntax, tokenizer, EmbeddedWords.of(embeddings, n, tokenizer), cutOff::add);
        towers.add(
            new Tower(
                n + 1,
                chunks.stream().map(chunk -> tokens(chunk, tokenizer)).toList(),
                cutOff.isEmpty() ? null : cutOff.get(0)));
      }
      texts.add(new Text(first + 1, next, text, towers));
    }
    return new TokenReport(syntax, texts);
  }

  private static List<Token> tokens(TokenChunk chunk, ClipTokenizer tokenizer) {
    List<Token> tokens = new ArrayList<>();
    List<TokenChunk.Place> places = new ArrayList<>(chunk.places());
    for (int at = 1; at <= chunk.length(); ) {
      float weight = chunk.weights()[at];
      if (!places.isEmpty() && places.get(0).position() == at) {
        TokenChunk.Place place = places.remove(0);
        tokens.add(new Token(null, place.word().name(), weight, place.rows()));
        at += place.rows();
      } else {
        int id = chunk.ids()[at++];
        tokens.add(new Token(id, tokenizer.text(id), weight, 0));
      }
    }
    return tokens;
  }
}
