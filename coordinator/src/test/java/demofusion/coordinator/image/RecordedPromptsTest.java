package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a picture's prompts are read, and the embeddings that they name, in its text. */
class RecordedPromptsTest {
  private static final ModelId MODEL =
      ModelId.of(
          new ModelCard("toy", "0123", Renders.SMALL, Renders.EULER, Precision.FLOAT32, "cpu"));

  @Test
  void saysTheSyntax_onlyWhereItIsWeighted() {
    assertThat(text(PromptSyntax.PLAIN, Additions.NONE)).doesNotContain("Prompt syntax");
    assertThat(
            RecordedSettings.toOptions(
                GenerationParameters.parse(text(PromptSyntax.WEIGHTED, Additions.NONE))))
        .containsEntry("--prompt-syntax", "weighted");
  }

  @Test
  void namesEmbeddingsAsWebUiDoes() {
    Additions two =
        Additions.NONE.withEmbeddings(
            List.of(
                new EmbeddingUse("mycat", "0123456789abcdef".repeat(4)),
                new EmbeddingUse("ugly", "f".repeat(64))));

    assertThat(text(PromptSyntax.PLAIN, two))
        .contains("TI hashes: \"mycat: 0123456789ab, ugly: ffffffffffff\"");
    assertThat(text(PromptSyntax.PLAIN, Additions.NONE)).doesNotContain("TI hashes");
  }

  private static String text(PromptSyntax syntax, Additions additions) {
    return RecordedSettings.of(
            Renders.plan(
                Renders.spec().build().toBuilder()
                    .promptSyntax(syntax)
                    .additions(additions)
                    .build(),
                Renders.SMALL),
            MODEL)
        .toText();
  }
}
