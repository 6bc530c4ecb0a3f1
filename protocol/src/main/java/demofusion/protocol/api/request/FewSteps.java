package demofusion.protocol.api.request;

/** Names that people know few-step models by, for sentences that ask for one. */
final class FewSteps {
  static final String SCHEDULERS = "lcm, tcd, lightning, turbo or hyper-sd";
  static final String LORAS = "lcm-lora-sdxl, sdxl_lightning_4step_lora or Hyper-SDXL-8steps-lora";
  static final String MODELS = "SDXL-Turbo or SDXL-Lightning";

  private FewSteps() {}
}
