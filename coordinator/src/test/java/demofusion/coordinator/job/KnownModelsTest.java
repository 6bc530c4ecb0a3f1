package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.Precision;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownModelsTest {
  private static final ModelCard BASE =
      card("sdxl", "0123456789abcdef", Precision.FLOAT16, "cuda:0");
  private static final ModelCard BASE_ON_CPU =
      card("sdxl", "0123456789abcdef", Precision.FLOAT32, "cpu");
  private static final ModelCard TUNED =
      card("tuned", "fedcba9876543210", Precision.FLOAT16, "cuda:0");

  private final KnownModels models = new KnownModels();

  private static ModelCard card(String name, String hash, Precision precision, String device) {
    return new ModelCard(name, hash, Renders.SMALL, Renders.EULER, precision, device);
  }

  private static DispatcherCommand.Models now(List<ModelCard> present) {
    return new DispatcherCommand.Models(present, false);
  }

  private String refusal(@Nullable String wanted) {
    return catchThrowableOfType(DemofusionException.class, () -> models.resolve(wanted))
        .userMessage();
  }

  @Test
  void takesTheOnlyOne_whenNoneIsNamed() {
    models.nowPresent(now(List.of(BASE)));

    assertThat(models.resolve(null)).isEqualTo(BASE);
  }

  @Test
  void takesTheOnlyOneThatIsThere_beforeThoseThatAreGone() {
    models.nowPresent(now(List.of(BASE, TUNED)));
    models.nowPresent(now(List.of(TUNED)));

    assertThat(models.resolve(null)).isEqualTo(TUNED);
    assertThat(models.resolve("sdxl")).isEqualTo(BASE);
    assertThat(models.isPresent(ModelId.of(BASE))).isFalse();
  }

  @Test
  void findsByNameOrByTheBeginningOfTheHash() {
    models.nowPresent(now(List.of(BASE, TUNED)));

    assertThat(models.resolve("tuned")).isEqualTo(TUNED);
    assertThat(models.resolve("FEDCBA98")).isEqualTo(TUNED);
    assertThat(refusal("fedcba9")).contains("no worker has or had the model \"fedcba9\"");
  }

  @Test
  void listsWhatThereIs_whenItCouldBeSeveral() {
    models.nowPresent(now(List.of(BASE, BASE_ON_CPU, TUNED)));

    assertThat(refusal("sdxl"))
        .isEqualTo(
            "\"sdxl\" matches several models; choose one of sdxl@float16@cuda (hash 01234567),"
                + " sdxl@float32@cpu (hash 01234567)");
    assertThat(refusal(null)).contains("tuned@float16@cuda");
    assertThat(models.resolve("sdxl@cpu")).isEqualTo(BASE_ON_CPU);
    assertThat(models.resolve("01234567@float16@cuda")).isEqualTo(BASE);
  }

  @Test
  void takesTwoDevicesOfOneKindForOne() {
    models.nowPresent(now(List.of(BASE, card("sdxl", BASE.hash(), Precision.FLOAT16, "cuda:3"))));

    assertThat(models.all()).hasSize(1);
    assertThat(models.isPresent(ModelId.of(BASE))).isTrue();
  }

  @Test
  void saysWhatIsNews() {
    assertThat(models.nowPresent(now(List.of(BASE)))).isTrue();
    assertThat(models.nowPresent(now(List.of()))).isFalse();
    assertThat(models.nowPresent(now(List.of(BASE)))).isFalse();
  }

  @Test
  void awaitsTheFirstModel_whileAWorkerLoadsIt() {
    assertThat(models.isAwaited(null)).isFalse();

    models.expect();

    assertThat(models.isAwaited(null)).isTrue();
    assertThat(models.isAwaited("sdxl")).isTrue();
    models.nowPresent(now(List.of()));
    assertThat(models.isAwaited(null)).isTrue();
    models.nowPresent(now(List.of(BASE)));
    assertThat(models.isAwaited(null)).isFalse();
    assertThat(models.isAwaited("tuned")).isFalse();
  }

  @Test
  void awaitsTheFirstModel_asLongAsAWorkerSaysThatItLoadsOne() {
    models.nowPresent(new DispatcherCommand.Models(List.of(), true));
    assertThat(models.isAwaited(null)).isTrue();

    models.nowPresent(now(List.of())); // that worker is gone
    assertThat(models.isAwaited(null)).isFalse();

    models.nowPresent(new DispatcherCommand.Models(List.of(BASE), true));
    assertThat(models.isAwaited(null)).as("where there is one already").isFalse();
    assertThat(models.isAwaited("tuned")).as("another, which may be the one").isTrue();
    assertThat(models.isAwaited("sdxl")).isFalse();
  }

  @Test
  void awaitsNoModelThatIsKnownFromBefore() {
    models.remember(List.of(TUNED));
    models.expect();

    assertThat(models.isAwaited("tuned")).isFalse();
    assertThat(models.isAwaited("sdxl")).isTrue();
    assertThat(models.isAwaited(null)).isTrue(); // it may be another that comes
  }

  @Test
  void awaitsNone_whereWorkersHaveSome() {
    models.nowPresent(now(List.of(BASE)));
    models.expect();

    assertThat(models.isAwaited("tuned")).isFalse();
  }
}
