package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraUse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraListTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final JsonMapper JSON = ApiJson.strict(1000);

  @ParameterizedTest
  @CsvSource({
    "style, style, 1, 1",
    "style:0.8, style, 0.8, 0.8",
    "style:0.8:0.5, style, 0.8, 0.5",
    "style:-1:0, style, -1, 0",
    "a.b-c:.5, a.b-c, .5, .5",
    "4:3:2:1, 4:3, 2, 1",
    "folder/style.safetensors:0.8, folder/style.safetensors, 0.8, 0.8",
  })
  void readsANameWithTwoWeights(String text, String name, double weight, double textWeight) {
    assertThat(LoraList.parse(text).toUses())
        .containsExactly(LoraUse.named(name, weight, textWeight));
  }

  @ParameterizedTest
  @ValueSource(strings = {"style", "style:0.8", "style:0.8:0.5", "a, b:2, c:1:0"})
  void writesWhatItReads(String text) {
    assertThat(LoraList.parse(text)).hasToString(text);
  }

  @Test
  void isAListInJson_andMayBeAText() throws Exception {
    String list =
        """
        {"prompt": "a cat", "loras": [{"name": "style", "weight": 0.8}, {"name": "lines"}]}""";
    String text = "{\"prompt\": \"a cat\", \"loras\": \"style:0.8, lines\"}";

    RenderSpec spec = JSON.readValue(list, NewPicture.class).toRequest(() -> 1).spec();

    assertThat(spec.additions().loras())
        .containsExactly(LoraUse.named("style", 0.8, 0.8), LoraUse.named("lines", 1, 1));
    assertThat(JSON.readValue(text, NewPicture.class).toRequest(() -> 1).spec()).isEqualTo(spec);
    assertThat(JSON.readTree(JSON.writeValueAsString(NewPicture.of(spec))).get("loras"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"name": "style", "weight": 0.8, "textWeight": 0.8},
                 {"name": "lines", "weight": 1.0, "textWeight": 1.0}]"""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[null]",
        "[{}]",
        "[{\"name\": null}]",
        "[{\"name\": \"a\", \"strength\": 1}]",
        "{\"name\": \"a\"}",
        "7"
      })
  void refusesOtherJson(String json) {
    assertThatThrownBy(
            () -> JSON.readValue("{\"prompt\": \"\", \"loras\": " + json + "}", NewPicture.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void refusesWeightsOutOfBounds() {
    LoraList list = LoraList.parse("style:1e9");

    assertThatThrownBy(list::toUses)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("between -100 and 100");
  }

  @Test
  void tellsWhatIsNamedBesideThePrompt_fromWhatTheWeightedPromptNames() {
    LoraUse beside = new LoraUse("style", HASH, 1, 1);
    LoraUse inPrompt = new LoraUse("lines", HASH, 0.5, 0.5);
    RenderSpec spec =
        RenderSpec.of("", 1).toBuilder()
            .prompts(Prompts.of("a cat <lora:lines:0.5>"))
            .promptSyntax(PromptSyntax.WEIGHTED)
            .additions(new Additions(List.of(beside, inPrompt), List.of()))
            .build();

    assertThat(spec.lorasBesidePrompt()).containsExactly(beside);
    assertThat(spec.lorasOfPrompt()).containsExactly(LoraUse.named("lines", 0.5, 0.5));
    assertThat(spec.toBuilder().promptSyntax(PromptSyntax.PLAIN).build().lorasBesidePrompt())
        .containsExactly(beside, inPrompt);
  }
}
