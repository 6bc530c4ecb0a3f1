package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as the programs of today write them: the tiny model said in another way is the same. */
class WrittenTodayTest {
  private static final String TOWER = "text_encoder/model.fp16.safetensors";
  private static final String SECOND_TOWER = "text_encoder_2/model.fp16.safetensors";

  private final ModelFolder tiny = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

  @TempDir Path temp;

  private CraftedFolder folder;

  @BeforeEach
  void copy() {
    folder = CraftedFolder.copyOfTiny(temp);
  }

  @ParameterizedTest
  @ValueSource(strings = {TOWER, SECOND_TOWER})
  void readsTowersWithoutTheirPrefix(String tower) {
    folder.editHeader(tower, header -> header.replace("\"text_model.", "\""));

    ModelFolder read = folder.open();

    for (int n = 0; n < 2; n++) {
      Weights weights = read.towers().get(n).weights();
      Weights same = tiny.towers().get(n).weights();
      assertThat(weights.layout().shapes().keySet())
          .isNotEmpty()
          .allSatisfy(name -> assertThat(weights.bytes(name)).isEqualTo(same.bytes(name)));
    }
  }

  @Test
  void refusesATensorUnderBothNames() {
    String bias = "text_model.encoder.layers.0.self_attn.k_proj.bias";
    folder.editHeader(
        TOWER,
        header -> header.replace(bias.replace("k_proj", "v_proj"), bias.substring(11)));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("text_encoder has the tensor")
        .hasMessageContaining(bias)
        .hasMessageContaining("must be there once");
  }
}
