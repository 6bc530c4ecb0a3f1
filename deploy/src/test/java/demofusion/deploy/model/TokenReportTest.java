package demofusion.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Tensor;
import demofusion.worker.model.text.ClipTokenizer;
import demofusion.worker.model.text.TextEmbedding;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenReportTest {
  private static final ClipTokenizer CLIP =
      ClipTokenizer.read(GoldenData.tinySdxl().resolve("tokenizer"));
  private static final TextEmbedding CAT =
      new TextEmbedding("mycat", List.of("mycat"), List.of(Tensor.zeros(3, 16)));

  @Test
  void showsTokensWithTheirWeights_andVectorsInTheirPlaces() {
    TokenReport report =
        TokenReport.of("a (red:1.3) mycat", PromptSyntax.WEIGHTED, 10, List.of(CLIP), List.of(CAT));

    TokenReport.Tower tower = report.texts().get(0).towers().get(0);
    assertThat(tower.cutOff()).isNull();
    assertThat(tower.chunks().get(0))
        .containsExactly(
            new TokenReport.Token(320, "a", 1, 0),
            new TokenReport.Token(736, "red", 1.3f, 0),
            new TokenReport.Token(null, "mycat", 1, 3));
  }

  @Test
  void showsEachTextOfASchedule() {
    TokenReport report =
        TokenReport.of("a [b:c:3]", PromptSyntax.WEIGHTED, 10, List.of(CLIP, CLIP), List.of());

    // a text is drawn one step longer than is written: see PromptSchedule
    assertThat(report.texts()).extracting(TokenReport.Text::lastStep).containsExactly(4, 10);
    assertThat(report.texts()).extracting(TokenReport.Text::text).containsExactly("a b", "a c");
    assertThat(report.texts().get(0).towers()).hasSize(2);
  }

  @Test
  void showsWhatIsCutOffInThePlainSyntax() {
    TokenReport report =
        TokenReport.of(
            "cat ".repeat(75) + "and a dog", PromptSyntax.PLAIN, 10, List.of(CLIP), List.of());

    TokenReport.Tower tower = report.texts().get(0).towers().get(0);
    assertThat(tower.chunks().get(0)).hasSize(75);
    assertThat(tower.cutOff()).isEqualTo("and a dog");
  }
}
