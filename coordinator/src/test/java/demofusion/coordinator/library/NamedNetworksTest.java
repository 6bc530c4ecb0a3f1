package demofusion.coordinator.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedNetworksTest {
  private static final Path ADAPTERS = GoldenData.path("conditioning/ip-adapter");
  private static final ModelLibrary LIBRARY =
      new LocalLibrary(
          List.of(
              new Place(LibraryKind.CONTROLNET, GoldenData.path("conditioning/controlnet")),
              new Place(LibraryKind.IP_ADAPTER, ADAPTERS),
              new Place(LibraryKind.IMAGE_ENCODER, ADAPTERS)));
  private static final PictureBytes PICTURE =
      PictureBytes.of(Base64.getDecoder().decode("R0lGODlhAQABAAAAADs="));

  @TempDir Path folder;

  @Test
  void callsControlNetsByTheirFolders_andAdaptersByTheirFiles() {
    assertThat(LIBRARY.names(LibraryKind.CONTROLNET))
        .containsExactly("tiny-sd15", "tiny-sd15-lllyasviel", "tiny-sdxl", "tiny-sdxl-union");
    assertThat(LIBRARY.names(LibraryKind.IP_ADAPTER))
        .containsExactly("tiny-sd15", "tiny-sd15-full", "tiny-sdxl", "tiny-sdxl-plus");
    assertThat(LIBRARY.names(LibraryKind.IMAGE_ENCODER))
        .containsExactly("ip-adapter/image_encoder");
    assertThat(LIBRARY.where(LibraryKind.IMAGE_ENCODER, "image_encoder"))
        .contains(ADAPTERS.resolve("image_encoder/model.safetensors"));
  }

  @Test
  void findsAControlNet_withWhatTheCoordinatorHasToKnow() {
    RenderSpec found = NamedFiles.find(following("tiny-sdxl"), LIBRARY);

    ControlUse use = found.conditions().controls().get(0);
    assertThat(use.network().hash()).matches("[0-9a-f]{64}");
    assertThat(use.known().orElseThrow().unionTypes()).isNull();
    assertThat(use.known().orElseThrow().cost()).isPositive();
    assertThat(NamedFiles.find(found, LIBRARY)).isEqualTo(found);
    assertThat(NamedFiles.keep(found, LIBRARY)).isEqualTo(found);
    assertThatThrownBy(() -> NamedFiles.keep(found, ModelLibrary.empty()))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "canny | there is no ControlNet \"canny\" (there are tiny-sd15, tiny-sd15-lllyasviel",
        "tiny-sdxl-union | is a union of 8 types, openpose, depth",
      })
  void refusesAControlNet_thatIsNotThere_orIsNotSaidInFull(String name, String sentence) {
    assertThatThrownBy(() -> NamedFiles.find(following(name), LIBRARY))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void findsAnAdapterAndTheEncoderThatFits() {
    RenderSpec found = NamedFiles.find(shown("tiny-sdxl", null), LIBRARY);

    AdapterUse use = found.conditions().adapters().get(0);
    NamedNetwork encoder = Objects.requireNonNull(use.encoder());
    assertThat(use.network().hash()).matches("[0-9a-f]{64}");
    assertThat(encoder.name()).isEqualTo("ip-adapter/image_encoder");
    assertThat(encoder.hash()).isNotEqualTo(use.network().hash()).matches("[0-9a-f]{64}");
    assertThat(Objects.requireNonNull(use.facts()).contextWidth()).isPositive();
    assertThat(NamedFiles.find(found, LIBRARY)).isEqualTo(found);
    assertThat(NamedFiles.find(shown("tiny-sdxl", "image_encoder"), LIBRARY).conditions())
        .extracting(conditions -> conditions.adapters().get(0).encoder())
        .isEqualTo(new NamedNetwork("image_encoder", encoder.hash()));
  }

  @Test
  void refusesAnAdapterOrEncoder_thatIsNotThere() throws IOException {
    assertThatThrownBy(() -> NamedFiles.find(shown("none", null), LIBRARY))
        .hasMessageContaining("there is no IP-Adapter \"none\" (there are tiny-sd15");
    assertThatThrownBy(() -> NamedFiles.find(shown("tiny-sdxl", "H"), LIBRARY))
        .hasMessageContaining(
            "there is no image encoder \"H\" (there are ip-adapter/image_encoder");
    Path alone = folder.resolve("tiny-sdxl.safetensors");
    Files.copy(ADAPTERS.resolve("tiny-sdxl.safetensors"), alone);
    ModelLibrary without = new LocalLibrary(List.of(new Place(LibraryKind.IP_ADAPTER, folder)));

    assertThatThrownBy(() -> NamedFiles.find(shown("tiny-sdxl", null), without))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("wants an encoder of width");
  }

  @Test
  void takesTheWholeNetworkOfAFolder_whereAVariantLiesBesideIt() throws IOException {
    Path whole = Files.createDirectories(folder.resolve("canny"));
    Path variant = GoldenData.path("conditioning/controlnet/tiny-sdxl");
    String fp16 = "diffusion_pytorch_model.fp16.safetensors";
    Files.copy(variant.resolve(fp16), whole.resolve(fp16));
    Files.copy(variant.resolve(fp16), whole.resolve("diffusion_pytorch_model.safetensors"));
    Files.copy(variant.resolve("config.json"), whole.resolve("config.json"));
    ModelLibrary library = new LocalLibrary(List.of(new Place(LibraryKind.CONTROLNET, folder)));

    assertThat(library.where(LibraryKind.CONTROLNET, "canny"))
        .contains(whole.resolve("diffusion_pytorch_model.safetensors"));
  }

  private static RenderSpec following(String controlNet) {
    return RenderSpec.of("a fox", 1).toBuilder()
        .conditions(
            ConditionSettings.NONE.withControls(
                List.of(ControlUse.of(NamedNetwork.named(controlNet), PICTURE))))
        .build();
  }

  private static RenderSpec shown(String adapter, @Nullable String encoder) {
    AdapterUse use = AdapterUse.of(NamedNetwork.named(adapter), List.of(PICTURE));
    AdapterUse whole =
        new AdapterUse(
            use.network(),
            encoder == null ? null : NamedNetwork.named(encoder),
            null,
            use.pictures(),
            use.scale(),
            use.local(),
            use.span(),
            use.blocks(),
            use.fit());
    return RenderSpec.of("a fox", 1).toBuilder()
        .conditions(ConditionSettings.NONE.withAdapters(List.of(whole)))
        .build();
  }
}
