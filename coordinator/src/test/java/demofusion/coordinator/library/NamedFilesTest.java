package demofusion.coordinator.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelInputs;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NamedFilesTest {
  private static final ModelLibrary LIBRARY =
      new LocalLibrary(
          List.of(
              new Place(LibraryKind.LORA, GoldenData.path("models/lora")),
              new Place(LibraryKind.EMBEDDING, GoldenData.path("models/embeddings"))));

  private static RenderSpec spec(PromptSyntax syntax, String prompt, LoraUse... loras) {
    return RenderSpec.of("", 1).toBuilder()
        .prompts(Prompts.of(prompt))
        .promptSyntax(syntax)
        .loras(List.of(loras))
        .build();
  }

  @Test
  void findsThoseOfTheRequestFirst_thenThoseOfThePrompt() {
    RenderSpec found =
        NamedFiles.find(
            spec(
                PromptSyntax.WEIGHTED,
                "a cat <lora:loha:0.5:0.25>",
                LoraUse.named("kohya", 0.8, 0.6)),
            LIBRARY);

    assertThat(found.additions().isResolved()).isTrue();
    assertThat(found.additions().loras())
        .extracting(LoraUse::name, LoraUse::weight, LoraUse::textWeight)
        .containsExactly(tuple("kohya", 0.8, 0.6), tuple("loha", 0.25, 0.5));
    assertThat(found.prompts().prompt()).isEqualTo("a cat <lora:loha:0.5:0.25>");
    assertThat(found.additions().loras().get(0).shortHash()).matches("[0-9a-f]{12}");
  }

  @Test
  void takesAFarmsEmbeddings_whereTheyAreMadeForTheModelsTextEncoders() {
    RenderSpec both = spec(PromptSyntax.PLAIN, "mycat and mydog");

    assertThat(
            NamedFiles.find(both, LIBRARY, new ModelInputs(1, 12, false)).additions().embeddings())
        .extracting(EmbeddingUse::word)
        .containsExactly("mycat");
    assertThat(NamedFiles.find(both, LIBRARY, ModelInputs.SDXL).additions().embeddings())
        .extracting(EmbeddingUse::word)
        .containsExactly("mydog");
  }

  @Test
  void keepsWhatAnEarlierImageWasDrawnWith_orRefuses() {
    RenderSpec before = NamedFiles.find(spec(PromptSyntax.PLAIN, "mycat"), LIBRARY);

    assertThat(NamedFiles.keep(before, LIBRARY)).isEqualTo(before);
    assertThatThrownBy(() -> NamedFiles.keep(before, ModelLibrary.empty()))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
  }

  @Test
  void leavesAPlainPromptsLettersAlone() {
    RenderSpec found = NamedFiles.find(spec(PromptSyntax.PLAIN, "<lora:loha:1>"), LIBRARY);

    assertThat(found.additions().loras()).isEmpty();
  }

  @Test
  void changesNothing_whereItWasFoundBefore() {
    RenderSpec once =
        NamedFiles.find(spec(PromptSyntax.WEIGHTED, "a cat <lora:loha:0.5>"), LIBRARY);

    assertThat(NamedFiles.find(once, LIBRARY)).isEqualTo(once);
    assertThatThrownBy(() -> NamedFiles.find(once, ModelLibrary.empty()))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
  }

  @Test
  void refusesANameThatThereIsNot_andTellsSomeThatThereAre() {
    RenderSpec wanted = spec(PromptSyntax.PLAIN, "a cat", LoraUse.named("../../etc", 1, 1));

    assertThatThrownBy(() -> NamedFiles.find(wanted, LIBRARY))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("there is no LoRA \"../../etc\"")
        .hasMessageContaining("and 14 more");
    assertThatThrownBy(() -> NamedFiles.find(wanted, ModelLibrary.empty()))
        .hasMessageContaining("there are none");
  }

  @Test
  void findsTheLoraOfFastMode_whichRefinesBehindTheOthers() {
    RenderSpec wanted = fast("loha", LoraUse.named("kohya", 0.8, 0.6));

    RenderSpec found = NamedFiles.find(wanted, LIBRARY);

    LoraUse lora = Objects.requireNonNull(found.methodSettings().fast().lora());
    assertThat(lora.isResolved()).isTrue();
    assertThat(lora.weight()).isEqualTo(0.9);
    assertThat(found.additions().loras()).extracting(LoraUse::name).containsExactly("kohya");
    assertThat(found.refiningAdditions().loras())
        .extracting(LoraUse::name)
        .containsExactly("kohya", "loha");
    assertThat(found.refiningAdditions().isResolved()).isTrue();
    assertThat(NamedFiles.find(found, LIBRARY)).isEqualTo(found);
    assertThat(NamedFiles.keep(found, LIBRARY)).isEqualTo(found);
  }

  @Test
  void refusesALoraOfFastModeThatThereIsNot_orIsNotAnyMore() {
    RenderSpec found = NamedFiles.find(fast("loha"), LIBRARY);

    assertThatThrownBy(() -> NamedFiles.find(fast("lightning-4step"), LIBRARY))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("there is no LoRA \"lightning-4step\"")
        .hasMessageContaining("give a file with --fast-lora");
    assertThatThrownBy(() -> NamedFiles.find(found, ModelLibrary.empty()))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
    assertThatThrownBy(() -> NamedFiles.keep(found, ModelLibrary.empty()))
        .isInstanceOf(DemofusionException.class);
  }

  @Test
  void refusesOneLoraTooManyForTheRefinement() {
    LoraUse[] most = new LoraUse[Additions.MOST_LORAS];
    Arrays.fill(most, LoraUse.named("kohya", 0.1, 0));

    assertThatThrownBy(() -> NamedFiles.find(fast("loha", most), LIBRARY))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("101 LoRAs are too many");
  }

  private static RenderSpec fast(String lora, LoraUse... others) {
    return spec(PromptSyntax.PLAIN, "a cat", others).toBuilder()
        .method(RenderMethod.FAST)
        .methodSettings(
            MethodSettings.NONE.withFast(
                FastSettings.SILENT.withLora(LoraUse.named(lora, 0.9, 0.9))))
        .build();
  }

  @Test
  void takesTheEmbeddingsWhoseWordsAreInThePrompts() {
    RenderSpec found = NamedFiles.find(spec(PromptSyntax.PLAIN, "a MyCat asleep"), LIBRARY);

    assertThat(found.additions().embeddings())
        .extracting(EmbeddingUse::word)
        .containsExactly("mycat");
  }

  @Test
  void findsTheUpscaler_andHowManyTimesItEnlarges() {
    ModelLibrary upscalers =
        new LocalLibrary(
            List.of(
                new Place(LibraryKind.UPSCALER, GoldenData.path("modes-runs/upscalers")),
                new Place(LibraryKind.LORA, GoldenData.path("models/lora"))));
    RenderSpec found = NamedFiles.find(upscaling("rrdb-x2"), upscalers);

    assertThat(found.methodSettings().upscaler())
        .satisfies(
            use -> {
              assertThat(use.name()).isEqualTo("rrdb-x2");
              assertThat(use.hash()).matches("[0-9a-f]{64}");
              assertThat(use.scale()).isEqualTo(2);
            });
    assertThat(NamedFiles.find(found, upscalers)).isEqualTo(found);
    assertThatThrownBy(() -> NamedFiles.find(found, LIBRARY))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
    assertThatThrownBy(() -> NamedFiles.find(upscaling("kohya"), upscalers))
        .hasMessageContaining("there is no upscaler \"kohya\" (there are rrdb-x2, rrdb-x4,");
  }

  private static RenderSpec upscaling(String name) {
    return spec(PromptSyntax.PLAIN, "a cat").toBuilder()
        .method(RenderMethod.SR)
        .methodSettings(MethodSettings.NONE.withUpscaler(UpscalerUse.named(name)))
        .build();
  }
}
