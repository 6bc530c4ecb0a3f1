package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.model.SamplerNames;
import demofusion.protocol.model.SchedulerKind;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebUiTextTest {
  /** What WebUI's API draws of the same fields, see WebUiSizeTest. */
  @ParameterizedTest
  @CsvSource({
    "360x360, Hires upscale: 1.4, 496x496",
    "832x1216, Hires upscale: 1.4, 1160x1696",
    "512x512, Hires resize: 1024x1001, 1024x1008",
    "256x384, Hires resize: 384x0, 384x576"
  })
  void drawsASecondPassAtOnce_inTheSizeThatItHad(String size, String hires, String drawn) {
    Reading.Settings settings =
        read("a lighthouse\nSteps: 2, Sampler: Euler, Seed: 5, Size: " + size + ", " + hires);

    assertThat(settings.options()).containsEntry("--size", drawn);
  }

  /** As the extension writes its settings: an object without quotes around it. */
  @Test
  void readsTheRegionsOfTiledDiffusion() {
    Reading.Settings settings =
        read(
            """
            a valley <lora:ink:1>
            Negative prompt: fog
            Steps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 2048x1024, Tiled Diffusion: \
            {"Method": "MultiDiffusion", "Tile tile width": 96, "Tile tile height": 96, \
            "Tile Overlap": 48, "Tile batch size": 4, "Region control": {"Region 1": \
            {"enable": true, "x": 0.0, "y": 0.0, "w": 0.5, "h": 1.0, "prompt": "a red house", \
            "neg_prompt": "", "blend_mode": "Background", "feather_ratio": 0.2, "seed": 7}, \
            "Region 2": {"enable": true, "x": 0.5, "y": 0.25, "w": 0.5, "h": 0.5, "prompt": \
            "a boat", "neg_prompt": "smoke", "blend_mode": "Foreground", "feather_ratio": 0.5, \
            "seed": 8}}}, Version: v1.10.1\
            """);

    assertThat(
            RegionList.parse(Objects.requireNonNull(settings.options().get("--regions"))).regions())
        .containsExactly(
            new Region(
                RegionRectangle.parse("0,0,0.5,1"), null, "a valley, a red house", null, null, 0.0),
            new Region(
                RegionRectangle.parse("0.5,0.25,1,0.75"),
                null,
                "a valley, a boat",
                "fog, smoke",
                null,
                128.0));
    assertThat(settings.leftOut())
        .contains("Tiled Diffusion MultiDiffusion, tiles of 96x96 with an overlap of 48");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Region control\": {\"Region 1\": {\"x\": 1e999, \"w\": 1}}} | Tiled Diffusion",
        "{\"Region control\": {\"Region 1\": {\"prompt\": \"<lora:a:1>\"}}} | LoRA a",
        "{\"Region control\": [1, 2]} | Tiled Diffusion",
        "MultiDiffusion | Tiled Diffusion MultiDiffusion",
      })
  void namesWhatItCannotTakeOfTiledDiffusion(String value, String leftOut) {
    Reading.Settings settings =
        read("x\nSteps: 2, CFG scale: 7, Seed: 5, Size: 64x64, Tiled Diffusion: " + value);

    assertThat(settings.leftOut()).anyMatch(each -> each.startsWith(leftOut));
  }

  @Test
  void namesNumbersThatAreNone() {
    assertThat(read("x\nSteps: 2, CFG scale: nan, Seed: 5, Size: 64x64").leftOut())
        .contains("CFG scale nan");
  }

  @Test
  void namesAScheduleType_whereThereIsNoSampler() {
    assertThat(read("x\nSteps: 2, Schedule type: Karras, Seed: 5, Size: 64x64").leftOut())
        .contains("Schedule type Karras");
  }

  @Test
  void readsWebUiSince19() {
    Reading.Settings settings =
        read(
            """
            a lighthouse
            Negative prompt: blurry
            Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 5, \
            Size: 1024x768, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Version: v1.10.1\
            """);

    assertThat(settings.isOurs()).isFalse();
    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--steps", "20",
                "--scheduler", "dpmpp-2m-karras",
                "--guidance", "7",
                "--seed", "5",
                "--size", "1024x768",
                "--prompt-syntax", "weighted",
                "--negative", "blurry"));
    assertThat(settings.leftOut()).containsExactly("Model sd_xl_base_1.0");
  }

  @Test
  void readsWebUiUntil18_withWhatItCannotHave() {
    Reading.Settings settings =
        read(
            """
            masterpiece, (lighthouse:1.2), <lora:add_detail:0.8>
            second line
            Negative prompt: easynegative,
            ugly
            Steps: 20, Sampler: DPM++ 2M SDE Karras, CFG scale: 7.5, Seed: 3820235668, \
            Size: 512x768, Model hash: 6ce0161689, Model: dreamshaper_8, VAE hash: 735e4c3a44, \
            VAE: vae-ft-mse-840000-ema-pruned.safetensors, Clip skip: 2, ENSD: 31337, \
            Lora hashes: "add_detail: 7c6bad76eb54", TI hashes: "easynegative: c74b4e810b03", \
            Version: v1.6.0\
            """);

    assertThat(settings.parameters().prompt())
        .isEqualTo("masterpiece, (lighthouse:1.2), \nsecond line");
    assertThat(settings.parameters().negative()).isEqualTo("easynegative,\nugly");
    assertThat(settings.options())
        .containsEntry("--scheduler", "dpmpp-2m-sde-karras")
        .containsEntry("--clip-skip", "2");
    assertThat(settings.leftOut())
        .containsExactly(
            "LoRA add_detail (0.8)",
            "Model dreamshaper_8",
            "VAE vae-ft-mse-840000-ema-pruned.safetensors",
            "ENSD 31337",
            "TI hashes easynegative: c74b4e810b03");
  }

  @Test
  void readsForge_withASizeThatItDrewInTwoSteps() {
    Reading.Settings settings =
        read(
            """
            scgsty girl
            Steps: 17, Sampler: Euler a, Schedule type: Karras, CFG scale: 4, \
            Distilled CFG Scale: 3.5, Seed: 14533328, Size: 776x872, Model hash: 590af55550, \
            Model: scgsty-base, Denoising strength: 0.41, Hires Module 1: Use same choices, \
            Hires sampler: DPM++ 2M, Hires CFG Scale: 4, Hires upscale: 1.7, Hires steps: 7, \
            Hires upscaler: ESRGAN_4x, \
            Lora hashes: "MALICE-Queen: 590af5555094", \
            Version: f2.0.1v1.10.1-previous-635-gf5330788, Module 1: sdxl_vae\
            """);

    assertThat(settings.options())
        .containsEntry("--size", "1312x1480") // 1319x1482, as WebUI rounds
        .containsEntry("--scheduler", "euler-ancestral-karras")
        .doesNotContainKey("--strength");
    assertThat(settings.parameters().negative()).isNull();
    assertThat(settings.leftOut())
        .contains(
            "Distilled CFG Scale 3.5",
            "Denoising strength 0.41",
            "Hires sampler DPM++ 2M",
            "Hires steps 7",
            "Hires upscaler ESRGAN_4x",
            "LoRA MALICE-Queen: 590af5555094",
            "Module 1 sdxl_vae");
  }

  @ParameterizedTest
  @CsvSource({
    "Hires resize: 1024x1536, 1024x1536",
    "Hires resize: 1024x0, 1024x1536",
    "Hires resize: 0x768, 512x768",
    "Hires upscale: 1.4, 712x1072", // 716x1075
    "Hires upscale: 2, 1024x1536"
  })
  void drawsTheSizeOfTheSecondPass(String hires, String size) {
    assertThat(read("a\nSteps: 2, Seed: 5, Size: 512x768, " + hires).options())
        .containsEntry("--size", size);
  }

  @Test
  void roundsASizeThatOursCannotBe_andSaysSo() {
    Reading.Settings settings = read("a\nSteps: 2, Seed: 5, Size: 250x250");

    assertThat(settings.options()).containsEntry("--size", "248x248");
    assertThat(settings.leftOut()).containsExactly("Size 250x250 (248x248 instead)");
  }

  @ParameterizedTest
  @CsvSource({
    "DPM++ 2M, Automatic, dpmpp-2m-karras",
    "Euler a, Automatic, euler-ancestral",
    "Euler, SGM Uniform, euler-sgm-uniform",
    "DPM++ 2M Karras, , dpmpp-2m-karras",
    "DPM++ 2M, , dpmpp-2m",
    "k_euler_a, , euler-ancestral"
  })
  void readsSamplersInEitherSpelling(String sampler, String scheduleType, String ours) {
    String type = scheduleType == null ? "" : ", Schedule type: " + scheduleType;
    Reading.Settings settings = read("a\nSteps: 2, Seed: 5, Sampler: " + sampler + type);

    assertThat(settings.options()).containsEntry("--scheduler", ours);
    assertThat(settings.leftOut()).isEmpty();
  }

  @Test
  void readsEverySchedulerThatOursWrite() {
    for (SchedulerKind kind : SchedulerKind.all()) {
      String type = SamplerNames.scheduleType(kind);
      String written =
          "a\nSteps: 2, Seed: 5, Sampler: "
              + SamplerNames.sampler(kind)
              + (type == null ? "" : ", Schedule type: " + type);

      assertThat(read(written).options()).containsEntry("--scheduler", kind.toString());
      assertThat(read(written + ", DemoFusion method: direct").options())
          .containsEntry("--scheduler", kind.toString());
    }
  }

  @Test
  void namesASamplerThatIsNotHere() {
    Reading.Settings settings =
        read("a\nSteps: 2, Seed: 5, Sampler: Restart, Schedule type: KL Optimal");

    assertThat(settings.options()).doesNotContainKey("--scheduler");
    assertThat(settings.leftOut()).containsExactly("Sampler Restart KL Optimal");
  }

  @Test
  void namesAScheduleTypeThatASamplerDoesNotTake() {
    Reading.Settings settings =
        read("a\nSteps: 2, Seed: 5, Sampler: Euler, Schedule type: KL Optimal");

    assertThat(settings.options()).containsEntry("--scheduler", "euler");
    assertThat(settings.leftOut()).containsExactly("Schedule type KL Optimal");
  }

  @Test
  void readsCivitaisResources() {
    Reading.Settings settings =
        read(
            """
            a lighthouse
            Steps: 25, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 832x1216, Clip skip: 2, \
            Created Date: 2024-09-01T10:11:12.1234567Z, Civitai resources: \
            [{"type":"checkpoint","modelVersionId":128078,"modelName":"SD XL","modelVersionName":\
            "v1.0 VAE fix"},{"type":"lora","weight":0.8,"modelVersionId":135931}], \
            Civitai metadata: {}\
            """);

    assertThat(settings.options())
        .containsEntry("--size", "832x1216")
        .containsEntry("--clip-skip", "2");
    assertThat(settings.leftOut()).containsExactlyInAnyOrder("Model SD XL", "LoRA 135931 (0.8)");
  }

  @Test
  void readsFooocusOtherScheme() {
    Reading.Settings settings =
        read(
            """
            cinematic still a lighthouse . emotional, harmonious
            Negative prompt: anime, cartoon
            Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 123456, Size: 1152x896, CFG scale: 4, \
            Sharpness: 2, ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL_v8Rundiffusion, \
            Model hash: aeb7e9e689, Performance: Speed, Scheduler: karras, VAE: Default (model), \
            Raw prompt: a lighthouse, Raw negative prompt: , \
            Lora hashes: "sd_xl_offset_example-lora_1.0: 4852686128", \
            Lora weights: "sd_xl_offset_example-lora_1.0: 0.1", Version: Fooocus v2.5.5\
            """);

    assertThat(settings.options())
        .containsEntry("--scheduler", "dpmpp-2m-sde-karras")
        .containsEntry("--size", "1152x896");
    assertThat(settings.leftOut())
        .containsExactly(
            "LoRA sd_xl_offset_example-lora_1.0: 0.1",
            "Sharpness 2",
            "ADM Guidance (1.5, 0.8, 0.3)",
            "Model juggernautXL_v8Rundiffusion",
            "Performance Speed");
  }

  @ParameterizedTest
  @CsvSource({
    "Seed: -1, Seed -1",
    "Seed: 18446744073709551616, Seed 18446744073709551616",
    "Steps: many, Steps many",
    "Steps: 100000, Steps 100000",
    "CFG scale: -3, CFG scale -3",
    "Size: 4x4, Size 4x4",
    "Size: large, Size large"
  })
  void namesAValueThatOursCannotBe(String setting, String named) {
    assertThat(read("a\nSampler: Euler, Size: 64x64, Seed: 1, " + setting).leftOut())
        .contains(named);
  }

  @Test
  void takesTheLargestSeed() {
    assertThat(read("a\nSteps: 2, Size: 64x64, Seed: 9223372036854775807").options())
        .containsEntry("--seed", "9223372036854775807");
  }

  @Test
  void takesAsMuchOfALargerSeedAsThereIsRoomFor_andSaysSo() {
    Reading.Settings settings = read("a\nSteps: 2, Size: 64x64, Seed: 18446744073709551615");

    assertThat(settings.options()).containsEntry("--seed", "9223372036854775807");
    assertThat(settings.leftOut())
        .containsExactly("Seed 18446744073709551615 (9223372036854775807 instead)");
  }

  @Test
  void leavesOurOwnAsTheyAre() {
    Reading.Settings settings =
        read(
            """
            (a:1.2) <lora:x:1>
            Negative prompt:
            Steps: 2, Sampler: Euler, CFG scale: 7.5, Seed: 5, Size: 64x64, \
            Model hash: 0362212f16, Model: miniature, Precision: float32, \
            DemoFusion method: demofusion\
            """);

    assertThat(settings.isOurs()).isTrue();
    assertThat(settings.leftOut()).isEmpty();
    assertThat(settings.parameters().prompt()).isEqualTo("(a:1.2) <lora:x:1>");
    assertThat(settings.options()).containsEntry("--negative", "").containsEntry("--seed", "5");
  }

  private static Reading.Settings read(String text) {
    return Readings.settings("parameters", text);
  }
}
