package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.picture.EnlargedWindow;
import java.util.List;

/** What the VAE's encoder is shown: pixels, or those that a worker makes them of. */
public sealed interface EncoderInput {
  /**
   * Made anew each time, where they are made: always the same bits.
   *
   * @return (3, height, width) about [−1, 1]
   */
  Tensor pixels();

  /** Everything in it that is measured in megabytes and is a tensor. */
  List<Tensor> tensors();

  /** The same that is none. */
  long bytes();

  /** As they are. */
  record Pixels(Tensor pixels) implements EncoderInput {
    @Override
    public List<Tensor> tensors() {
      return List.of(pixels);
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  /** A window of an enlarged picture, which takes a sixteenth of the bytes to send. */
  record Enlarged(EnlargedWindow window) implements EncoderInput {
    @Override
    public Tensor pixels() {
      return window.pixels();
    }

    @Override
    public List<Tensor> tensors() {
      return List.of();
    }

    @Override
    public long bytes() {
      return window.rgb().length;
    }
  }
}
