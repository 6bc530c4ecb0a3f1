package demofusion.protocol.picture;

/** A kernel that Pillow resizes with, at a distance in samples of the coarser of the two grids. */
public enum ResizingKernel {
  /** sinc(x)·sinc(x/3): what prepares control pictures. */
  LANCZOS(3) {
    @Override
    double at(double x) {
      return Math.abs(x) < radius() ? sinc(x) * sinc(x / radius()) : 0;
    }
  },

  /** Keys' cubic convolution with a = −½: what prepares pictures for CLIP. */
  BICUBIC(2) {
    @Override
    double at(double x) {
      double distance = Math.abs(x);
      if (distance < 1) {
        return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
      }
      return distance < radius() ? (((distance - 5) * distance + 8) * distance - 4) * A : 0;
    }
  };

  private static final double A = -0.5;

  private final int radius;

  ResizingKernel(int radius) {
    this.radius = radius;
  }

  /** Beyond it the kernel is 0. */
  int radius() {
    return radius;
  }

  abstract double at(double x);

  private static double sinc(double x) {
    double angle = Math.PI * x;
    return x == 0 ? 1 : StrictMath.sin(angle) / angle;
  }
}
