package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerNamesTest {
  @ParameterizedTest
  @CsvSource({
    // WebUI until 1.8, and since
    "Euler a, , euler-ancestral",
    "DPM++ 2M, , dpmpp-2m",
    "DPM++ 2M Karras, , dpmpp-2m-karras",
    "dpm++ 2m sde karras, , dpmpp-2m-sde-karras",
    "DPM++ 2M SDE Exponential, , dpmpp-2m-sde-exponential",
    "DPM++ 2M, Karras, dpmpp-2m-karras",
    "DPM++ 2M SDE, karras, dpmpp-2m-sde-karras",
    "Euler, Karras, euler-karras",
    "Euler, SGM Uniform, euler-sgm-uniform",
    "Euler, sgm_uniform, euler-sgm-uniform",
    "Euler, SGMUniform, euler-sgm-uniform",
    "Euler a, Simple, euler-ancestral-simple",
    "Euler a, normal, euler-ancestral-normal",
    "Euler a, Uniform, euler-ancestral-normal",
    "Euler, DDIM, euler-ddim-uniform",
    "Euler, Align Your Steps, euler-ays",
    "Euler, align_your_steps, euler-ays",
    "Euler, Beta, euler-beta",
    "Euler, Exponential, euler-exponential",
    "DPM++ 2M Karras, Exponential, dpmpp-2m-karras",
    // Automatic is the sampler's choice
    "Euler, Automatic, euler",
    "Euler a, automatic, euler-ancestral",
    "DDIM, Automatic, ddim",
    "UniPC, Automatic, unipc",
    "LCM, Automatic, lcm",
    "DPM++ 2M, Automatic, dpmpp-2m-karras",
    "DPM++ 2M SDE, automatic, dpmpp-2m-sde-exponential",
    "Heun, Automatic, heun",
    "LMS, Automatic, lms",
    "DPM2, Automatic, dpm2-karras",
    "DPM2 a, Automatic, dpm2-ancestral-karras",
    "DPM++ 2S a, Automatic, dpmpp-2s-ancestral-karras",
    "DPM++ SDE, Automatic, dpmpp-sde-karras",
    "DPM++ 3M SDE, Automatic, dpmpp-3m-sde-exponential",
    "PLMS, Automatic, pndm",
    "DPM++ SDE Karras, , dpmpp-sde-karras",
    "DPM++ 2S a Karras, , dpmpp-2s-ancestral-karras",
    "DPM2 a Karras, , dpm2-ancestral-karras",
    "LMS Karras, , lms-karras",
    // ComfyUI, Fooocus, SwarmUI
    "heun, karras, heun-karras",
    "dpm_2, karras, dpm2-karras",
    "dpm_2_ancestral, simple, dpm2-ancestral-simple",
    "dpmpp_2s_ancestral, normal, dpmpp-2s-ancestral-normal",
    "dpmpp_sde_gpu, karras, dpmpp-sde-karras",
    "dpmpp_3m_sde_gpu, exponential, dpmpp-3m-sde-exponential",
    "lms, sgm_uniform, lms-sgm-uniform",
    "euler_ancestral, sgm_uniform, euler-ancestral-sgm-uniform",
    "dpmpp_2m, karras, dpmpp-2m-karras",
    "dpmpp_2m_sde, exponential, dpmpp-2m-sde-exponential",
    "dpmpp_2m_sde_gpu, karras, dpmpp-2m-sde-karras",
    "euler, ddim_uniform, euler-ddim-uniform",
    "uni_pc, , unipc",
    // InvokeAI, the Horde
    "dpmpp_2m_k, , dpmpp-2m-karras",
    "dpmpp_2m_sde_k, , dpmpp-2m-sde-karras",
    "euler_a, , euler-ancestral",
    "euler_k, , euler-karras",
    "k_euler_a, , euler-ancestral",
    "k_dpmpp_2m, , dpmpp-2m",
    // our own
    "dpmpp-2m, , dpmpp-2m",
    "dpmpp-2m-sde-karras, , dpmpp-2m-sde-karras",
    "euler-trailing, , euler-trailing",
    "ddim, Trailing, ddim-trailing",
  })
  void readsWhatOtherProgramsSay(
      String sampler, @Nullable String scheduleType, SchedulerKind kind) {
    SamplerNames.Meaning meaning = SamplerNames.read(sampler, scheduleType);

    assertThat(meaning.kind()).isEqualTo(kind);
    assertThat(meaning.remark()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Euler, KL Optimal, euler, schedule type \"KL Optimal\" is unknown here",
    "DPM++ 2M, Polyexponential, dpmpp-2m, schedule type \"Polyexponential\" is unknown here",
    "DDIM, normal, ddim, schedule type \"Normal\" is not for DDIM",
    "UniPC, Karras, unipc, schedule type \"Karras\" is not for UniPC",
    "unipc_k, , unipc, schedule type \"Karras\" is not for UniPC",
  })
  void aKnownSamplerKeepsItsOwnLevels_whereTheScheduleIsNotForIt_andSaysSo(
      String sampler, @Nullable String scheduleType, SchedulerKind kind, String words) {
    SamplerNames.Meaning meaning = SamplerNames.read(sampler, scheduleType);

    assertThat(meaning.kind()).isEqualTo(kind);
    assertThat(meaning.remark()).isEqualTo(words + "; the sampler's own is used");
  }

  @ParameterizedTest
  @CsvSource({
    "Restart",
    "DPM adaptive",
    "DPM++ 2M SDE Heun",
    "uni_pc_bh2",
    "DDIM CFG++",
    "k",
    "''"
  })
  void anUnknownSamplerIsNoKind_andSaysSo(String sampler) {
    SamplerNames.Meaning meaning = SamplerNames.read(sampler, "Karras");

    assertThat(meaning.kind()).isNull();
    assertThat(meaning.remark()).isEqualTo("sampler \"" + sampler + "\" is unknown here");
    assertThat(SamplerNames.kind(sampler, null)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.SchedulerKind#all")
  void whatIsWrittenIsReadAgain(SchedulerKind kind) {
    String sampler = SamplerNames.sampler(kind);
    String scheduleType = SamplerNames.scheduleType(kind);

    assertThat(SamplerNames.kind(sampler, scheduleType)).contains(kind);
    if (scheduleType != null) { // in the older spelling too
      assertThat(SamplerNames.kind(sampler + " " + scheduleType, null)).contains(kind);
    }
  }

  @Test
  void picturesSayWhatTheyAlwaysSaid() {
    assertThat(SchedulerKind.OF_FOLDERS)
        .extracting(SamplerNames::sampler)
        .containsExactly(
            "DDIM",
            "Euler",
            "Euler a",
            "DPM++ 2M",
            "DPM++ 2M Karras",
            "DPM++ 2M SDE",
            "DPM++ 2M SDE Karras",
            "UniPC",
            "LCM",
            "Heun",
            "DPM2",
            "DPM2 a",
            "LMS",
            "DPM++ 3M",
            "DPM++ 2S",
            "PLMS",
            "DEIS",
            "TCD",
            "EDM Euler",
            "EDM DPM++ 2M");
    assertThat(SchedulerKind.OF_FOLDERS).extracting(SamplerNames::scheduleType).containsOnlyNulls();
    assertThat(SamplerNames.sampler(SchedulerKind.parse("euler-karras"))).isEqualTo("Euler");
    assertThat(SamplerNames.scheduleType(SchedulerKind.parse("euler-karras"))).isEqualTo("Karras");
  }
}
