package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.work.Work;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdditionsTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void shortensTheHashOfAFileThatHasNoOther() {
    LoraUse use = new LoraUse("style", HASH, 1, 0.5);

    assertThat(use.shortHash()).isEqualTo("0123456789ab");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 100.5, -101})
  void refusesWeightsThatAreNone(double weight) {
    assertThatThrownBy(() -> new LoraUse("style", HASH, weight, 1))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("the weight of a LoRA")
        .hasMessageContaining("between -100 and 100");
    assertThatThrownBy(() -> new LoraUse("style", HASH, 1, weight))
        .isInstanceOf(DemofusionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0123", "../../etc/passwd", "0123456789ABCDEF"})
  void refusesHashesThatAreNone(String hash) {
    assertThatThrownBy(() -> new LoraUse("style", hash, 1, 1, ""))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("64 hexadecimal digits");
    assertThatThrownBy(() -> new EmbeddingUse("cat", hash)).isInstanceOf(DemofusionException.class);
  }

  @Test
  void refusesNamesThatAreEmptyOrEndless() {
    assertThatThrownBy(() -> LoraUse.named(" ", 1, 1)).isInstanceOf(DemofusionException.class);
    assertThatThrownBy(() -> LoraUse.named("x".repeat(201), 1, 1))
        .isInstanceOf(DemofusionException.class);
  }

  @Test
  void refusesMoreLorasThanAnImageTakes() {
    List<LoraUse> many = Collections.nCopies(101, LoraUse.named("style", 1, 1));

    assertThatThrownBy(() -> new Additions(many, List.of()))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("101 LoRAs");
  }

  @Test
  void isNoWorkUntilItsFilesAreKnown() {
    Additions named = Additions.NONE.withLoras(List.of(LoraUse.named("style", 1, 1)));
    Additions found = named.withLoras(List.of(new LoraUse("style", HASH, 1, 1)));

    assertThat(named.isResolved()).isFalse();
    assertThatThrownBy(() -> new Work.EncodeText(Prompts.of("a"), true, null, named))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Work.EncodeText(Prompts.of("a"), true, null, found).texts()).contains(HASH);
  }
}
