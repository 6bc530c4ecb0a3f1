package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.api.request.region.RegionMask;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Prompts;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionsTest {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0};
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void survivesJson() throws Exception {
    RegionList list =
        new RegionList(
            List.of(
                region("0,0.25,0.5,1"),
                new Region(null, RegionMask.of(PNG), "a boat", "fog", 2.5, null)));

    assertThat(JSON.readValue(JSON.writeValueAsString(list), RegionList.class)).isEqualTo(list);
    assertThat(RegionList.parse(list.toString())).isEqualTo(list);
    assertThat(JSON.writeValueAsString(list)).doesNotContain("null").isEqualTo(list.toString());
    assertThat(list.toTextWithHashes()).contains("\"mask\":\"sha256:").contains("\"weight\":2.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"area\":\"0,0,0.5\",\"prompt\":\"x\"}] | must be four numbers",
        "[{\"area\":\"0.5,0,0.5,1\",\"prompt\":\"x\"}] | 0 <= X0 < X1 <= 1",
        "[{\"area\":\"0,0,1,1.01\",\"prompt\":\"x\"}] | 0 <= Y0 < Y1 <= 1",
        "[{\"area\":\"0,0,1,NaN\",\"prompt\":\"x\"}] | 0 <= Y0 < Y1 <= 1",
        "[{\"prompt\":\"x\"}] | must have an area or a mask",
        "[{\"area\":\"0,0,1,1\",\"mask\":\"iVBORw0KGgoAAA==\",\"prompt\":\"x\"}] | and not both",
        "[{\"mask\":\"iVBORw0KGgoAAA==\",\"prompt\":\"x\",\"feather\":4}] | leave out its feather",
        "[{\"mask\":\"Z2Fy\",\"prompt\":\"x\"}] | the mask of a region",
        "[{\"area\":\"0,0,1,1\",\"prompt\":\"x\",\"weight\":0}] | weight of a region 0.0 must be above 0",
        "[{\"area\":\"0,0,1,1\",\"prompt\":\"x\",\"weight\":101}] | at most 100",
        "[{\"area\":\"0,0,1,1\",\"prompt\":\"a <lora:b:1>\"}] | names a LoRA",
        "[{\"area\":\"0,0,1,1\",\"prompt\":\"x\",\"colour\":1}] | colour",
        "[null] | must not be null",
        "[{\"area\":\"0,0,1,1\"}] | prompt",
        "[{\"area\":\"0,0,1,1\",\"prompt\":null}] | has no prompt",
        "[{\"area\":\"0,0,1,1\",\"prompt\":\"x\",\"negative\":\"<lora:b:1>\"}] | names a LoRA",
        "nonsense | must be a JSON list",
        "{} | regions are not as they must be",
      })
  void isRefusedWithASentence(String json, String sentence) {
    assertThatThrownBy(() -> RegionList.parse(json))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void areAtMostSixteen() {
    assertThatThrownBy(() -> new RegionSettings(Collections.nCopies(17, region("0,0,1,1")), 0))
        .hasMessage("17 regions are too many for one image; it takes at most 16");
  }

  @Test
  void aRegionHasThePicturesNegativePrompt_unlessItHasItsOwn() {
    RenderSpec spec =
        RenderSpec.of("", 1).toBuilder()
            .prompts(new Prompts("a lake", null, "fog", null))
            .regions(
                new RegionSettings(
                    List.of(
                        region("0,0,1,0.5"),
                        new Region(RegionRectangle.parse("0,0,1,1"), null, "a boat", "", 1.0, 0.0)),
                    0))
            .build();

    assertThat(spec.allPrompts()).extracting(Prompts::negative).containsExactly("fog", "fog", "");
    assertThat(spec.sharesNegative()).isFalse();
  }

  @Test
  void cannotBeWithWindowInteraction() {
    NewPicture asked =
        NewPicture.of(
            RenderSpec.of("a lake", 1).toBuilder()
                .regions(new RegionSettings(List.of(region("0,0,1,0.5")), 0))
                .build());
    RenderSpec spec = asked.toRequest(() -> 1).spec();

    RenderSpec both = RequestFields.named("windowInteraction").with(spec, true);

    assertThatThrownBy(() -> MethodRules.require(both))
        .hasMessageStartingWith("1 regions cannot be combined with window interaction");
  }

  private static Region region(String area) {
    return new Region(RegionRectangle.parse(area), null, "a house", null, null, null);
  }
}
