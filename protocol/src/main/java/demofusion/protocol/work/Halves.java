package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Both halves of classifier-free guidance side by side, where there are two. */
final class Halves {
  private Halves() {}

  static List<Tensor> tensors(NamedTensors positive, @Nullable NamedTensors negative) {
    return both(positive, negative).flatMap(half -> half.tensors().stream()).toList();
  }

  static List<String> names(NamedTensors positive, @Nullable NamedTensors negative) {
    return both(positive, negative).flatMap(half -> half.names().stream()).toList();
  }

  private static Stream<NamedTensors> both(NamedTensors positive, @Nullable NamedTensors negative) {
    return negative == null ? Stream.of(positive) : Stream.of(positive, negative);
  }
}
