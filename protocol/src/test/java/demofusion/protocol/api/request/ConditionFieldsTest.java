package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.condition.ControlMake;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.UnionType;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What steers an image beside its words, as JSON and back. */
class ConditionFieldsTest {
  private static final JsonMapper JSON = ApiJson.strict(1_000_000);
  private static final byte[] GIF = Base64.getDecoder().decode("R0lGODlhAQABAAAAADs=");

  @Test
  void readsAControlNet_withEverythingSaid() throws Exception {
    ControlUse use =
        control(
            "{'name':'union','type':'lineart','image':'R0lGODlhAQABAAAAADs=','weights':[1,0.5],"
                + "'start':0.1,'end':0.75,'mode':'soft-upscale','resize':'chain','fit':'crop',"
                + "'make':'canny:50,150'}");

    assertThat(use.network()).isEqualTo(NamedNetwork.named("union"));
    assertThat(use.unionType()).contains(UnionType.CANNY);
    assertThat(use.picture()).isEqualTo(PictureBytes.of(GIF));
    assertThat(List.of(use.weight(1), use.weight(2), use.weight(7))).containsExactly(1.0, 0.5, 0.5);
    assertThat(List.of(use.span().start(), use.span().end())).containsExactly(0.1, 0.75);
    assertThat(use.mode()).isEqualTo(ControlMode.SOFT_UPSCALE);
    assertThat(use.resize()).isEqualTo(ControlResize.CHAIN);
    assertThat(use.fit()).hasToString("crop");
    assertThat(use.make()).isEqualTo(new ControlMake(true, 50, 150));
  }

  @Test
  void readsAControlNet_withOneWeightAndAWordForItsImage() throws Exception {
    ControlUse use = control("{'name':'tile','image':'phase','weights':0.4}");

    assertThat(use.isOfPhase()).isTrue();
    assertThat(use.weights()).containsExactly(0.4);
    assertThat(use.resize()).isEqualTo(ControlResize.FRESH);
    assertThat(ControlList.of(List.of(use)))
        .hasToString("[{\"name\":\"tile\",\"image\":\"phase\",\"weights\":[0.4]}]");
  }

  @Test
  void namesPicturesByTheirHashes_whereTheyAreTooLarge() throws Exception {
    ControlUse use = control("{'name':'canny','image':'R0lGODlhAQABAAAAADs=','make':'invert'}");

    assertThat(ControlList.textWithHashes(List.of(use)))
        .isEqualTo(
            "[{\"name\":\"canny\",\"image\":\"sha256:"
                + PictureBytes.of(GIF).hash()
                + "\",\"make\":\"invert\"}]");
  }

  @Test
  void resizesAsTheReleasedPipelineDoes_whereThatIsAskedFor() throws Exception {
    RenderSpec spec =
        request(
                "'referenceOddities':true,"
                    + "'controlnets':[{'name':'a','image':'R0lGODlhAQABAAAAADs='}]")
            .spec();

    assertThat(spec.conditions().controls().get(0).resize()).isEqualTo(ControlResize.CHAIN);
  }

  @Test
  void readsAnIpAdapter() throws Exception {
    AdapterUse use =
        request(
                "'ipAdapters':[{'name':'plus','encoder':'H','images':['R0lGODlhAQABAAAAADs='],"
                    + "'weight':0.75,'local':0,'end':0.5,'blocks':'style+layout','fit':'squash'}]")
            .spec()
            .conditions()
            .adapters()
            .get(0);

    assertThat(use.encoder()).isEqualTo(NamedNetwork.named("H"));
    assertThat(use.scale(false, 2)).isEqualTo(0.75);
    assertThat(use.scale(true, 2)).isZero();
    assertThat(use.scale(true, 1)).isEqualTo(0.75);
    assertThat(use.blocks()).isEqualTo(AdapterBlocks.STYLE_AND_LAYOUT);
    assertThat(use.fit()).hasToString("squash");
  }

  @Test
  void drawsPartOfAnImageAnew_inThePlaceOfStartingFromIt() throws Exception {
    JobRequest request =
        request(
            "'image':'R0lGODlhAQABAAAAADs=','strength':0.5,'mask':'R0lGODlhAQABAAAAADs=',"
                + "'outpaint':'0,0,8,16','outpaintOverlap':4,'inpaintArea':'masked','padding':32");

    assertThat(request.picture()).isNull();
    assertThat(request.strength()).isNull();
    Inpainting drawn = Objects.requireNonNull(request.spec().conditions().inpainting());
    assertThat(drawn.strength()).isEqualTo(0.5);
    assertThat(drawn.outpaint()).isNotNull().extracting("right", "overlap").containsExactly(16, 4);
    assertThat(drawn.area()).isEqualTo(InpaintArea.MASKED);
    assertThat(drawn.paddingOrStandard()).isEqualTo(32);
    assertThat(drawn.featherOrStandard()).isEqualTo(4);
    byte[] again = JSON.writeValueAsBytes(NewPicture.of(request));
    assertThat(JSON.readValue(again, NewPicture.class).toRequest(() -> 0))
        .usingRecursiveComparison()
        .isEqualTo(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'controlnets':[{'name':null,'image':'phase'}] | a ControlNet has no name
          'controlnets':[{'name':'a'}] | ControlNet a has no image: give it a picture to follow
          'controlnets':[{'name':'a','image':'Z2Fy'}] | the image of ControlNet a of 3 bytes is not a readable image
          'controlnets':[{'name':'a','image':'*'}] | the image of ControlNet a must be a picture in base64
          'controlnets':[{'name':'a','image':'phase','weights':[4.5]}] | control weight 4.5 must be between 0.0 and 4.0
          'controlnets':[{'name':'a','image':'phase','weights':[-1]}] | control weight -1.0 must be between 0.0 and 4.0
          'controlnets':[{'name':'a','image':'phase','weights':[]}] | ControlNet a has 0 weights
          'controlnets':[{'name':'a','image':'phase','start':0.5,'end':0.5}] | start 0.5 must be before end 0.5
          'controlnets':[{'name':'a','image':'phase','end':1.5}] | end 1.5 must be between 0.0 and 1.0
          'controlnets':[{'name':'a','image':'phase','mode':'guess'}] | control mode "guess" must be plain, soft or soft-upscale
          'controlnets':[{'name':'a','image':'phase','make':'canny'}] | ControlNet a makes canny:100,200 of a picture: give it one
          'controlnets':[{'name':'a','image':'phase','type':'wind'}] | the type of control "wind" must be one of a union's
          'controlnets':[{'name':'a','image':'phase','type':'inpaint'}] | leave out its image
          'controlnets':[{'name':'a','type':'inpaint'}] | give the image and its mask
          'controlnets':[{'name':'a','image':'phase'},{'name':'a','image':'phase'},{'name':'a','image':'phase'},{'name':'a','image':'phase'},{'name':'a','image':'phase'}] | 5 ControlNets are too many
          'controlnets':[{'name':'a','image':'phase'}],'method':'direct' | cannot be combined with method direct
          'controlnets':[{'name':'a','image':'phase'}],'windowInteraction':true | cannot be combined with window interaction
          'controlnets':[{'name':'a','image':'phase'}],'referenceOddities':true | cannot be combined with compat reference
          'controlnets':[{'name':'a','image':'R0lGODlhAQABAAAAADs=','resize':'fresh'}],'referenceOddities':true | control resize fresh cannot be combined
          'controlnets':'nonsense' | ControlNets must be a JSON list such as
          'controlnets':'[null]' | ControlNets must be a list without null
          'controlnets':'[{"name":"a","colour":1}]' | ControlNets have no "colour"; they have end, fit, image
          'ipAdapters':[{'name':'a','images':null}] | IP-Adapter a has no images
          'ipAdapters':[{'name':'a','images':[]}] | IP-Adapter a has 0 pictures; it must have 1 to 16
          'ipAdapters':[{'name':'a','images':['R0lGODlhAQABAAAAADs='],'weight':2.5}] | IP-Adapter weight 2.5 must be between 0.0 and 2.0
          'ipAdapters':[{'name':'a','images':['R0lGODlhAQABAAAAADs='],'blocks':'eyes'}] | must be all, style, layout or style+layout
          'mask':'R0lGODlhAQABAAAAADs=' | the mask applies to an image
          'outpaint':'0,0,8,8' | outpaint 0,0,8,8 applies to an image
          'image':'R0lGODlhAQABAAAAADs=','outpaint':'0,0,0,0' | extends nothing
          'image':'R0lGODlhAQABAAAAADs=','maskFeather':2 | mask feather 2.0 applies to a mask
          'image':'R0lGODlhAQABAAAAADs=','mask':'R0lGODlhAQABAAAAADs=','maskFeather':257 | mask feather 257.0 must be between 0.0 and 256.0
          'image':'R0lGODlhAQABAAAAADs=','mask':'R0lGODlhAQABAAAAADs=','padding':8 | padding 8 applies to the inpaint area masked
          'image':'R0lGODlhAQABAAAAADs=','mask':'R0lGODlhAQABAAAAADs=','outpaintOverlap':8 | outpaint overlap 8 applies to outpaint
          'image':'R0lGODlhAQABAAAAADs=','mask':'R0lGODlhAQABAAAAADs=','strength':0 | strength 0.0 must be above 0 and at most 1
          'image':'R0lGODlhAQABAAAAADs=','mask':'Z2Fy' | mask of 3 bytes is not a readable image
          'image':'R0lGODlhAQABAAAAADs=','mask':'R0lGODlhAQABAAAAADs=','method':'fast' | cannot be combined with method fast
          """)
  void isRefusedWithASentence(String fields, String sentence) {
    Throwable refusal = catchThrowable(() -> request(fields));

    boolean isRead = refusal instanceof DemofusionException;
    assertThat(isRead ? refusal : refusal.getCause())
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void isToldWhichTypesAUnionHas() throws Exception {
    NamedNetwork found = new NamedNetwork("u", "0".repeat(64));
    ControlFacts union = new ControlFacts(false, 6, 0.5);
    ControlFacts plain = new ControlFacts(false, null, 0.5);

    assertThatThrownBy(() -> control("{'name':'u','image':'phase'}").with(found, union))
        .hasMessageContaining("is a union of 6 types, openpose, depth, hed")
        .hasMessageEndingWith("say which of them its picture is (none is said)");
    assertThatThrownBy(
            () -> control("{'name':'u','image':'phase','type':'tile'}").with(found, union))
        .hasMessageContaining("tile is none of them");
    assertThatThrownBy(
            () -> control("{'name':'u','image':'phase','type':'depth'}").with(found, plain))
        .hasMessageContaining("leave out its type depth");
    assertThat(control("{'name':'u','image':'phase','type':'depth'}").with(found, union).network())
        .isEqualTo(found);
  }

  private static ControlUse control(String json) throws Exception {
    return request("'controlnets':[" + json + "]", false).spec().conditions().controls().get(0);
  }

  private static JobRequest request(String fields) throws Exception {
    return request(fields, true);
  }

  private static JobRequest request(String fields, boolean hasRules) throws Exception {
    // A text within JSON has quotes of its own, which are written as they are.
    String json = "{'prompt':'a fox'," + fields.replace("\"", "\\\"") + "}";
    NewPicture asked = JSON.readValue(json.replace('\'', '"'), NewPicture.class);
    return hasRules ? asked.toRequest(() -> 1) : asked.toRequestWithoutRules(() -> 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [3] | [0] must be an object
          [{"name":"a","weights":["x"]}] | [0].weights[0] must be a number
          """)
  void saysWhereAListIsWrong_withoutNamesOfJava(String text, String where) {
    assertThatThrownBy(() -> ControlList.parse(text))
        .hasMessage("ControlNets are not as they must be: " + where);
  }
}
