package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FewStepFileTest {
  /** Names that their makers gave them. */
  @ParameterizedTest
  @CsvSource({
    "sdxl_lightning_4step_lora, --scheduler lightning --steps 4 --guidance 1",
    "sdxl_lightning_8step, --scheduler lightning --steps 8 --guidance 1",
    "Juggernaut_RunDiffusionPhoto2_Lightning_4Steps, --scheduler lightning --steps 4 --guidance 1",
    "Hyper-SDXL-8steps-lora, --scheduler hyper-sd --steps 8 --guidance 1",
    "Hyper-SDXL-8steps-CFG-lora, --scheduler hyper-sd --steps 8 --guidance 5",
    "Hyper-SDXL-1step-lora, --scheduler tcd --steps 1 --guidance 1",
    "sd_xl_turbo_1.0_fp16, --scheduler turbo --steps 4 --guidance 1",
    "lcm-lora-sdxl, --scheduler lcm --steps 4 --guidance 1",
    "LCM_LoRA_Weights, --scheduler lcm --steps 4 --guidance 1",
    "TCD-SDXL-LoRA, --scheduler tcd --steps 4 --guidance 1",
  })
  void saysWhatItIsDrawnWith(String name, String words) {
    assertThat(FewStepFile.called(name).map(FewStepFile::words)).contains(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"watercolour", "falcmoon", "turbocharged cars", "add-detail-xl", "4step", ""})
  void saysNothingOfOthers(String name) {
    assertThat(FewStepFile.called(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sdxl_lightning_4step_lora, 4, 0, true",
    "sdxl_lightning_4step_lora, 8, 1, true",
    "sdxl_lightning_4step_lora, 50, 1, false",
    "sdxl_lightning_4step_lora, 4, 7.5, false",
    "lcm-lora-sdxl, 6, 2, true",
    "Hyper-SDXL-8steps-CFG-lora, 8, 7, true",
    "Hyper-SDXL-12steps-CFG-lora, 12, 7, true",
    "Hyper-SDXL-8steps-lora, 8, 7, false",
  })
  void tellsWhetherAPictureIsDrawnSo(String name, int steps, double guidance, boolean suits) {
    assertThat(FewStepFile.called(name).orElseThrow().suits(steps, guidance)).isEqualTo(suits);
  }
}
