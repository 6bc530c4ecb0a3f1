package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import java.nio.charset.StandardCharsets;
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

  @Test
  void readsNumbersThatOnlyPythonsJsonHas() {
    String file = "scheduler/scheduler_config.json";
    folder.set(file, "_class_name", "\"DPMSolverMultistepScheduler\"");
    String whole = new String(folder.read(file), StandardCharsets.UTF_8);
    String more = "{\"lambda_min_clipped\": -Infinity, \"rho\": Infinity, \"nobody_asks\": NaN,";
    folder.write(file, whole.replaceFirst("\\{", more).getBytes(StandardCharsets.UTF_8));

    assertThat(folder.open().scheduler().values())
        .containsEntry("lambda_min_clipped", Double.NEGATIVE_INFINITY)
        .containsEntry("rho", Double.POSITIVE_INFINITY)
        .containsEntry("nobody_asks", Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e400"})
  void refusesSuchANumberWhereItMatters(String number) {
    String file = "vae/config.json";
    String whole = new String(folder.read(file), StandardCharsets.UTF_8);
    folder.write(
        file,
        whole
            .replace("\"scaling_factor\": 0.13025", "\"scaling_factor\": " + number)
            .getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("vae/config.json: scaling_factor ")
        .hasMessageEndingWith("must be a finite number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "scheduler/scheduler_config.json",
        "model_index.json"
      })
  void namesWhatGitLfsHasNotFetched(String file) {
    String pointer =
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:83e012a805b84c7ca28e5646747c90a243c65c8ba4f070e2d7ddc9d74661e139
        size 5135149760
        """;
    folder.write(file, pointer.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(folder::open)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(file)
        .hasMessageContaining("run \"git lfs pull\"")
        .message()
        .hasLineCount(1);
  }

  @Test
  void readsJsonWithAByteOrderMark() {
    String file = "model_index.json";
    byte[] whole = folder.read(file);
    byte[] marked = new byte[whole.length + 3];
    System.arraycopy(whole, 0, marked, 3, whole.length);
    System.arraycopy(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, 0, marked, 0, 3);

    assertThat(folder.write(file, marked).open().geometry()).isEqualTo(tiny.geometry());
  }
}
