package demofusion.protocol.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.ApiJson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be together, as JSON has it: each sentence names both. */
class MethodRulesTest {
  private static final JsonMapper JSON = ApiJson.strict(1_000_000);

  private static void ask(String settings) throws Exception {
    JSON.readValue("{\"prompt\":\"a fox\"," + settings.replace('\'', '"') + "}", NewPicture.class)
        .toRequest(() -> 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'referenceOddities':true,'phases':'1,2'            | phases 1,2                | compat reference
          'referenceOddities':true,'windowInteraction':true  | window interaction        | compat reference
          'referenceOddities':true,'phaseStrength':'0.5'     | phase strength 0.5        | compat reference
          'referenceOddities':true,'windowWeights':'cosine'  | window weights cosine     | compat reference
          'referenceOddities':true,'guidanceHigh':30         | guidance high 30.0        | compat reference
          'referenceOddities':true,'regionNoise':'0,1'       | region noise 0,1          | compat reference
          'referenceOddities':true,'eta':0.5                 | eta 0.5                   | compat reference
          'referenceOddities':true,'method':'detail'         | method detail             | compat reference
          'referenceOddities':true,'frequencyMixing':false   | no frequency mixing       | compat reference
          'phases':'2,4'                                     | phases 2,4                | must begin with 1
          'phases':'1,4,2'                                   | phases 1,4,2              | rise
          'phases':'1,2','progressive':false                 | phases 1,2                | no progressive
          'phases':'1,2','method':'direct'                   | phases 1,2                | method direct
          'phases':'1,2','method':'multidiffusion'           | phases 1,2                | method multidiffusion
          'phaseStrength':'0'                                | phase strength 0.0        | above 0.0 and at most 1.0
          'phaseStrength':'0.5,1.1'                          | phase strength 1.1        | above 0.0 and at most 1.0
          'phaseStrength':'0.5','image':'/9j/AQ==','strength':0.5 | phase strength 0.5   | strength 0.5
          'phaseStrength':'0.5','method':'multidiffusion'    | phase strength 0.5        | method multidiffusion
          'phaseStrength':'0.5','method':'fast'              | phase strength 0.5        | method fast
          'method':'fast','image':'/9j/AQ==','strength':0.5  | strength 0.5              | method fast
          'regionNoise':'0,1','method':'direct'              | region noise 0,1          | method direct
          'guidanceHigh':30,'method':'multidiffusion'        | guidance high 30.0        | method multidiffusion
          'windowWeights':'cosine','method':'direct'         | window weights cosine     | method direct
          'windowSpacing':'even','method':'direct'           | window spacing even       | method direct
          'method':'detail','skipResidual':false             | no skip residual          | method detail
          'method':'detail','dilated':false                  | no dilated                | method detail
          'method':'fast','gaussian':false                   | no gaussian               | method fast
          'method':'detail','sigma':0.5                      | sigma 0.5                 | method detail
          'method':'fast','cosineScale1':2                   | cosine scale 1 2.0        | method fast
          'method':'detail','cosineScale2':2                 | cosine scale 2 2.0        | method detail
          'method':'detail','cosineScale3':2                 | cosine scale 3 2.0        | method detail
          'method':'detail','windowInteraction':true         | window interaction        | method detail
          'method':'fast','regionNoise':'0,1'                | region noise 0,1          | method fast
          'windowInteraction':true,'dilated':false           | window interaction        | no dilated
          'windowInteraction':true,'method':'direct'         | window interaction        | method direct
          'guidanceHigh':30,'guidanceScale':1                | guidance high 30.0        | guidance 1.0
          'guidanceHigh':5,'guidanceScale':7.5               | guidance high 5.0         | guidance 7.5
          'guidanceHigh':0.5,'guidanceSplit':'wavelet'       | guidance high 0.5         | guidance split wavelet
          'guidanceHigh':30,'method':'fast'                  | guidance high 30.0        | method fast
          'regionNoise':'1.2,0'                              | region noise 1.2,0.0      | smaller value first
          'regionNoise':'-1,1'                               | region noise -1.0         | between 0.0 and 4.0
          'regionNoise':'0,5'                                | region noise 5.0          | between 0.0 and 4.0
          'method':'fast','scheduler':'euler'                | scheduler euler           | lcm-lora-sdxl
          'method':'fast','fastScheduler':'euler'            | fast scheduler euler      | lightning
          'method':'fast','fastTimestep':499                 | fast timestep 499         | 498
          'method':'fast','fastLora':'l','scheduler':'ddim','fastSteps':2 | fast steps 2 | scheduler ddim
          'method':'fast','scheduler':'tcd','guidanceScale':7.5 | guidance 7.5           | scheduler tcd
          'method':'fast','scheduler':'lcm','guidanceScale':2.5 | guidance 2.5           | scheduler lcm
          'method':'fast','injection':0                      | injection 0.0             | above 0.0 and at most 1.0
          'eta':1.5                                          | eta 1.5                   | between 0.0 and 1.0
          'structureCutoff':0                                | structure cutoff 0.0      | above 0.0 and at most 1.0
          'method':'sr'                                      | method sr                 | upscaler
          'method':'sr','upscaler':'x4','image':'/9j/AQ==','strength':0.5 | method sr    | demofusion upscale
          'method':'sr','upscaler':'x4','image':'/9j/AQ=='   | method sr                 | demofusion upscale
          'method':'direct','image':'/9j/AQ=='               | an image to start from    | method direct
          'method':'multidiffusion','image':'/9j/AQ==','strength':0.5 | an image to start from | method multidiffusion
          """)
  void areRefused_namingBoth(String settings, String one, String other) {
    assertThatThrownBy(() -> ask(settings))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .hasMessageContaining(one)
        .hasMessageContaining(other);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'referenceOddities':true",
        "'phases':'1,2','phaseStrength':'0.6,0.4','windowWeights':'cosine','windowSpacing':'even',"
            + "'windowInteraction':true,'guidanceHigh':25,'regionNoise':'0,1.2'",
        "'method':'detail','guidanceHigh':25,'phases':'1,4','structureCutoff':0.2",
        "'method':'detail','progressive':false,'jitter':false",
        "'method':'multidiffusion','windowWeights':'cosine'",
        "'guidanceHigh':2,'guidanceScale':7.5,'guidanceSplit':'wavelet'",
        "'method':'fast','fastLora':'lightning:1','scheduler':'euler','guidanceScale':7.5",
        "'method':'fast','scheduler':'lightning','guidanceScale':0",
        "'method':'fast','scheduler':'lcm','guidanceScale':2",
        "'method':'fast','fastLora':'Hyper-SDXL-8steps-CFG-lora','scheduler':'hyper-sd',"
            + "'guidanceScale':5",
        "'phaseStrength':'0.5','image':'/9j/AQ==','strength':1"
      })
  void areTaken_whereTheyGoTogether(String settings) {
    assertThatCode(() -> ask(settings)).doesNotThrowAnyException();
  }
}
