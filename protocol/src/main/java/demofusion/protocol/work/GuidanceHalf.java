package demofusion.protocol.work;

/** Which halves of classifier-free guidance a forward computes. */
public enum GuidanceHalf {
  /** Text and unconditional together, guided on the device. */
  BOTH,
  /** With the prompt only. */
  TEXT,
  /** With the negative prompt only. */
  UNCONDITIONAL
}
