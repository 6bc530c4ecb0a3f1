package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraTagsTest {
  @ParameterizedTest
  @CsvSource({
    "<lora:style>, 1, 1",
    "<lora:style:0.5>, 0.5, 0.5",
    "<lora:style:0.5:0.8>, 0.5, 0.8",
    "<lora:style:te=0.5>, 0.5, 0.5",
    "<lora:style:unet=0.8>, 1, 0.8",
    "<lora:style:0.5:unet=0.8>, 0.5, 0.8",
    "<lora:style:te=0.5:unet=-1>, 0.5, -1",
    "<lora: style : 0.5 >, 0.5, 0.5",
    "<lyco:style:2>, 2, 2",
  })
  void readsTheTextTowersWeightFirst(String tag, double text, double unet) {
    LoraTags tags = LoraTags.cut(tag);

    assertThat(tags.uses()).containsExactly(LoraUse.named("style", unet, text));
    assertThat(tags.text()).isEmpty();
  }

  @Test
  void cutsThemOutOfTheirPlaces_inTheOrderOfThePrompt() {
    LoraTags tags = LoraTags.cut("a <lora:one:0.5>lighthouse, (sea<lora:two>:1.2) <3");

    assertThat(tags.text()).isEqualTo("a lighthouse, (sea:1.2) <3");
    assertThat(tags.uses()).extracting(LoraUse::name).containsExactly("one", "two");
  }

  @Test
  void leavesAPromptWithoutThemAsItIs() {
    String prompt = "a < b, \\$1 <not one> and <:>";

    assertThat(LoraTags.cut(prompt)).isEqualTo(new LoraTags(prompt, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<hypernet:anime:1>", "<segment:face>", "a <foo:bar>"})
  void refusesOtherWordsByName(String prompt) {
    assertThatThrownBy(() -> LoraTags.cut(prompt))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(prompt.substring(prompt.indexOf('<')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<lora:a:x>", "<lora:a:1:2:3>", "<lora:a:te=>", "<lora:a:NaN>", "<lora: :1>"})
  void refusesWeightsThatAreNone(String prompt) {
    assertThatThrownBy(() -> LoraTags.cut(prompt)).isInstanceOf(DemofusionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<foo:\n%s>", "<lora:a:\n%s>", "<lora:\n%s:1:2:3>"})
  void quotesTheBeginningOfATag_onOneLine(String tag) {
    assertThatThrownBy(() -> LoraTags.cut(tag.formatted("x".repeat(9000))))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e -> assertThat(e.userMessage()).hasSizeLessThan(300).doesNotContain("\n"));
  }

  @Test
  void refusesThemInANegativePrompt() {
    assertThatThrownBy(() -> LoraTags.refuseIn("blurry <lora:style:1>"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("<lora:style:1>");
    LoraTags.refuseIn("blurry <3 :>");
  }
}
