package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForwardingModelTest {
  /** What a model may leave out, an interface's default, would else be lost on the way. */
  @Test
  void forwardsEverything() {
    Stream<String> asked =
        Arrays.stream(DiffusionModel.class.getMethods()).map(ForwardingModelTest::signature);

    assertThat(Arrays.stream(ForwardingModel.class.getDeclaredMethods()).map(m -> signature(m)))
        .containsAll(asked.toList());
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }
}
