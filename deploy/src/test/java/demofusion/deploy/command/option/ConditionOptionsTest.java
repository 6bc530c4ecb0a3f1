package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ControlNets, IP-Adapters and masks on the command line. */
class ConditionOptionsTest {
  private static final String SCENE = GoldenData.path("conditioning/pictures/scene.png").toString();
  private static final String MASK =
      GoldenData.path("conditioning/pictures/mask-256.png").toString();
  private static final String CONTROLNET =
      GoldenData.path("conditioning/controlnet/tiny-sdxl").toString();
  private static final String ADAPTER =
      GoldenData.path("conditioning/ip-adapter/tiny-sdxl.safetensors").toString();

  @TempDir Path folder;

  @Test
  void givesEachControlNetWhatFollowsIt() throws Exception {
    RenderSpec spec =
        CommandLineSpecs.spec(
            "--controlnet",
            CONTROLNET,
            "--control-image",
            SCENE,
            "--control-weight",
            "1,0.5",
            "--control-start",
            "0.1",
            "--control-end",
            "0.8",
            "--control-mode",
            "soft",
            "--control-resize",
            "chain",
            "--control-fit",
            "crop",
            "--control-make",
            "canny:50,150",
            "--controlnet",
            "union:tile",
            "--control-image",
            "phase");

    List<ControlUse> controls = spec.conditions().controls();
    ControlUse first = controls.get(0);
    assertThat(first.network()).isEqualTo(NamedNetwork.named("tiny-sdxl"));
    assertThat(Objects.requireNonNull(first.picture()).file())
        .isEqualTo(Files.readAllBytes(Path.of(SCENE)));
    assertThat(first.weights()).containsExactly(1.0, 0.5);
    assertThat(first.span().start()).isEqualTo(0.1);
    assertThat(first.span().end()).isEqualTo(0.8);
    assertThat(first.mode()).isEqualTo(ControlMode.SOFT);
    assertThat(first.resize()).isEqualTo(ControlResize.CHAIN);
    assertThat(first.fit()).hasToString("crop");
    assertThat(first.make()).hasToString("canny:50,150");
    assertThat(controls.get(1).network()).isEqualTo(NamedNetwork.named("union"));
    assertThat(controls.get(1).type()).isEqualTo("tile");
    assertThat(controls.get(1).isOfPhase()).isTrue();
    assertThat(controls.get(1).weights()).containsExactly(1.0);
  }

  @Test
  void takesAColonForAPartOfTheName_whereThereIsSuchAFile() throws Exception {
    Path network = Files.createDirectory(folder.resolve("edges:v2"));

    ControlUse use =
        CommandLineSpecs.spec("--controlnet", network.toString(), "--control-image", SCENE)
            .conditions()
            .controls()
            .get(0);

    assertThat(use.type()).isNull();
    assertThat(use.network()).isEqualTo(NamedNetwork.named("edges:v2"));
  }

  @Test
  void readsAnIpAdapterWithItsPictures() {
    AdapterUse use =
        CommandLineSpecs.spec(
                "--ip-adapter",
                ADAPTER,
                "--ip-image",
                SCENE + "," + MASK,
                "--ip-weight",
                "0.8,0.2",
                "--ip-blocks",
                "style",
                "--ip-fit",
                "squash",
                "--image-encoder",
                GoldenData.path("conditioning/ip-adapter/image_encoder").toString())
            .conditions()
            .adapters()
            .get(0);

    assertThat(use.network()).isEqualTo(NamedNetwork.named("tiny-sdxl"));
    assertThat(use.encoder()).isEqualTo(NamedNetwork.named("ip-adapter/image_encoder"));
    assertThat(use.pictures()).hasSize(2);
    assertThat(use.scale(false, 2)).isEqualTo(0.8);
    assertThat(use.scale(true, 2)).isEqualTo(0.2);
    assertThat(use.blocks()).isEqualTo(AdapterBlocks.STYLE);
    assertThat(use.fit()).hasToString("squash");
  }

  @Test
  void givesEachIpAdapterWhatFollowsIt() {
    List<AdapterUse> adapters =
        CommandLineSpecs.spec(
                "--ip-adapter",
                ADAPTER,
                "--ip-image",
                SCENE,
                "--ip-image",
                MASK,
                "--ip-adapter",
                "plus",
                "--ip-weight",
                "0.5",
                "--ip-image",
                MASK + "," + SCENE,
                "--ip-image",
                SCENE)
            .conditions()
            .adapters();

    assertThat(adapters).hasSize(2);
    assertThat(adapters.get(0).network()).isEqualTo(NamedNetwork.named("tiny-sdxl"));
    assertThat(adapters.get(0).pictures()).hasSize(2);
    assertThat(adapters.get(0).scale(false, 1)).isEqualTo(1);
    assertThat(adapters.get(1).network()).isEqualTo(NamedNetwork.named("plus"));
    assertThat(adapters.get(1).pictures()).hasSize(3);
    assertThat(adapters.get(1).scale(false, 1)).isEqualTo(0.5);
  }

  @Test
  void drawsPartOfAnImageAnew() {
    RenderSpec spec =
        CommandLineSpecs.spec(
            "--image",
            SCENE,
            "--mask",
            MASK,
            "--strength",
            "0.6",
            "--mask-feather",
            "2",
            "--inpaint-area",
            "masked",
            "--padding",
            "32",
            "--outpaint",
            "0,8,16,0",
            "--outpaint-overlap",
            "4");

    Inpainting drawn = Objects.requireNonNull(spec.conditions().inpainting());
    assertThat(drawn.strength()).isEqualTo(0.6);
    assertThat(drawn.feather()).isEqualTo(2);
    assertThat(drawn.area()).isEqualTo(InpaintArea.MASKED);
    assertThat(drawn.padding()).isEqualTo(32);
    assertThat(drawn.outpaint()).hasToString("0,8,16,0");
    assertThat(Objects.requireNonNull(drawn.outpaint()).overlap()).isEqualTo(4);
    assertThat(spec.source()).isNull();
  }

  @Test
  void readsLists_whosePicturesAreFilesBesideThem() throws Exception {
    Files.copy(Path.of(SCENE), folder.resolve("lines.png"));
    Path list = folder.resolve("controls.json");
    Files.writeString(
        list, "[{\"name\":\"canny\",\"image\":\"lines.png\",\"weights\":[0.5],\"fit\":\"crop\"}]");

    ControlUse use =
        CommandLineSpecs.spec("--controlnets", list.toString()).conditions().controls().get(0);

    assertThat(Objects.requireNonNull(use.picture()).file())
        .isEqualTo(Files.readAllBytes(Path.of(SCENE)));
    assertThat(use.weights()).containsExactly(0.5);
  }

  @Test
  void refusesWhatIsNotSaidInFull_orCannotBeRead() {
    refuses("has nothing to follow", "--controlnet", "canny");
    refuses(
        "leave out its --control-image", "--controlnet", "cn:inpaint", "--control-image", SCENE);
    refuses(
        "control weight 5.0 must be between",
        "--controlnet",
        "canny",
        "--control-image",
        SCENE,
        "--control-weight",
        "5");
    refuses(
        "start 0.5 must be before end 0.25",
        "--controlnet",
        "canny",
        "--control-image",
        SCENE,
        "--control-start",
        "0.5",
        "--control-end",
        "0.25");
    refuses(
        "--control-image nowhere.png is no picture that can be read: it does not exist",
        "--controlnet",
        "canny",
        "--control-image",
        "nowhere.png");
    for (String type : List.of("3", "Depth", "soft_edge")) {
      refuses(
          "the type of control \"%s\" must be one of a union's, openpose".formatted(type),
          "--controlnet",
          "union:" + type,
          "--control-image",
          SCENE);
    }
    refuses("shows nothing", "--ip-adapter", "plus");
    refuses(
        "must be SCALE or SCALE,LOCAL",
        "--ip-adapter",
        "plus",
        "--ip-image",
        SCENE,
        "--ip-weight",
        "1,1,1");
    refuses("the mask applies to an image", "--mask", MASK);
    refuses("mask feather 2.0 applies to a mask", "--image", SCENE, "--mask-feather", "2");
    refuses("--controlnets is no JSON that can be read", "--controlnets", "{}");
  }

  @Test
  void refusesFilesThatCannotBeUsed_beforeTheModelIsRead() {
    PictureOptions missing =
        CommandLineSpecs.picture(
            "--controlnet", "no/canny.safetensors", "--control-image", "phase");
    PictureOptions another =
        CommandLineSpecs.picture("--controlnet", ADAPTER, "--control-image", "phase");

    assertThatThrownBy(missing::networks).hasMessageContaining("canny.safetensors does not exist");
    assertThatThrownBy(another::networks).hasMessageContaining("an IP-Adapter");
    assertThat(CommandLineSpecs.picture("--ip-adapter", ADAPTER, "--ip-image", SCENE).networks())
        .extracting(place -> place.kind().toString())
        .containsExactly("ip-adapter", "image-encoder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"canny.ckpt", "no/canny.pt", "canny.PTH", "canny.bin", "canny.pkl"})
  void refusesPickles_byTheirNamesAlone(String file) {
    for (String[] options :
        new String[][] {
          {"--controlnet", file, "--control-image", "phase"},
          {"--ip-adapter", file, "--ip-image", SCENE},
          {"--ip-adapter", ADAPTER, "--ip-image", SCENE, "--image-encoder", file}
        }) {
      assertThatThrownBy(CommandLineSpecs.picture(options)::networks)
          .as(String.join(" ", options))
          .hasMessageContaining(file + " is pickled")
          .hasMessageEndingWith("convert it to safetensors");
    }
  }

  private static void refuses(String sentence, String... options) {
    assertThatThrownBy(() -> CommandLineSpecs.spec(options))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }
}
