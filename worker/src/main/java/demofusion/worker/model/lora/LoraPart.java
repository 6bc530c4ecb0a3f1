package demofusion.worker.model.lora;

import java.util.List;

/** What a tensor of a LoRA file is to its module, whatever the trainer calls it. */
enum LoraPart {
  DOWN(".lora_down.weight", ".lora_linear_layer.down.weight", ".lora.down.weight", ".down.weight"),
  UP(".lora_up.weight", ".lora_linear_layer.up.weight", ".lora.up.weight", ".up.weight"),
  MID(".lora_mid.weight"),
  UP_BIAS(),
  ALPHA(".alpha"),
  /** DoRA's magnitude; its shape says of what. */
  DORA_SCALE(".dora_scale"),
  /** The same from PEFT, always of outputs. */
  MAGNITUDE(),
  HADA_W1_A(".hada_w1_a"),
  HADA_W1_B(".hada_w1_b"),
  HADA_W2_A(".hada_w2_a"),
  HADA_W2_B(".hada_w2_b"),
  HADA_T1(".hada_t1"),
  HADA_T2(".hada_t2"),
  LOKR_W1(".lokr_w1"),
  LOKR_W1_A(".lokr_w1_a"),
  LOKR_W1_B(".lokr_w1_b"),
  LOKR_W2(".lokr_w2"),
  LOKR_W2_A(".lokr_w2_a"),
  LOKR_W2_B(".lokr_w2_b"),
  LOKR_T2(".lokr_t2"),
  /** Added to the weight as it is. */
  DIFF(".diff", ".w_norm"),
  /** Added to the bias as it is. */
  DIFF_BIAS(".diff_b", ".b_norm");

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<String> endings;

  LoraPart(String... endings) {
    this.endings = List.of(endings);
  }

  /** With what a tensor's name ends; empty where a pattern tells. */
  List<String> endings() {
    return endings;
  }
}
