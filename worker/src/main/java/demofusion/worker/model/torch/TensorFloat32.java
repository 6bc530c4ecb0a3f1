package demofusion.worker.model.torch;

/**
 * NVIDIA's TF32: float32 with 10 bits of mantissa, which libtorch lets cuDNN's convolutions use
 * unless it is told not to. Whoever asks for float32, and a VAE that overflows in half precision,
 * gets float32. A newer libtorch no longer tells how it stands, under this name.
 */
public final class TensorFloat32 {
  private static final String SET_CUDNN = "_ZN2at7Context17setAllowTF32CuDNNEb";
  private static final String SET_CUBLAS = "_ZN2at7Context18setAllowTF32CuBLASEb";
  private static final String ALLOWS_CUDNN = "_ZNK2at7Context14allowTF32CuDNNEv";
  private static final String ALLOWS_CUBLAS = "_ZNK2at7Context15allowTF32CuBLASEv";

  private TensorFloat32() {}

  /**
   * How it stands.
   *
   * @param sentence who says so
   */
  public record State(boolean isOff, String sentence) {}

  /** Turns it off in this process. A libtorch that has no such switch keeps its default. */
  static void turnOff() {
    allow(false);
  }

  static void allow(boolean allowed) {
    Libtorch.engine();
    for (String setter : new String[] {SET_CUDNN, SET_CUBLAS}) {
      try {
        Object[] arguments = {LibtorchContext.context(), (byte) (allowed ? 1 : 0)};
        LibtorchContext.exported(setter).invokeVoid(arguments);
      } catch (UnsatisfiedLinkError e) {
        // state() says so
      }
    }
  }

  public static State state() {
    Libtorch.engine();
    try {
      boolean cudnn = allows(ALLOWS_CUDNN);
      boolean cublas = allows(ALLOWS_CUBLAS);
      String sentence = "cuDNN allows it: " + cudnn + ", cuBLAS allows it: " + cublas;
      return new State(!cudnn && !cublas, sentence);
    } catch (UnsatisfiedLinkError e) {
      return isSettable()
          ? new State(true, "turned off in a libtorch that does not tell how it stands")
          : new State(false, "this libtorch has no switch for it");
    }
  }

  private static boolean isSettable() {
    try {
      return LibtorchContext.exported(SET_CUDNN) != null
          && LibtorchContext.exported(SET_CUBLAS) != null;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static boolean allows(String question) {
    // A bool is the lowest byte of what comes back.
    Object[] arguments = {LibtorchContext.context()};
    return (LibtorchContext.exported(question).invokeInt(arguments) & 0xff) != 0;
  }
}
