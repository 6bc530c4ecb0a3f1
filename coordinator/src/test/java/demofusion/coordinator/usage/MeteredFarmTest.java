package demofusion.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.coordinator.render.FarmObserver;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeteredFarmTest {
  @Test
  void passesEverythingOn() {
    Stream.concat(
            Arrays.stream(DispatchObserver.class.getDeclaredMethods()),
            Arrays.stream(FarmObserver.class.getDeclaredMethods()))
        .filter(Method::isDefault)
        .forEach(
            method ->
                assertThat(MeteredFarm.class.getDeclaredMethods())
                    .as("an event that metrics would miss: " + method)
                    .anyMatch(
                        own ->
                            own.getName().equals(method.getName())
                                && Arrays.equals(
                                    own.getParameterTypes(), method.getParameterTypes())));
  }
}
