package demofusion.protocol;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds messages that an actor would not handle. A handler is a method with the message as its only
 * parameter; one that is not wired into a behaviour would be an unused private method, which the
 * compiler refuses, so a handler that is there is a handler that is called.
 */
public final class Handlers {
  private Handlers() {}

  /**
   * @param messages a sealed interface, or any class whose nested classes are messages
   * @param actors the classes that handle them between them
   * @return the messages that no handler is for
   */
  public static List<Class<?>> missing(List<Class<?>> messages, Class<?>... actors) {
    List<Class<?>> missing = new ArrayList<>(messages);
    for (Class<?> actor : actors) {
      for (Method method : actor.getDeclaredMethods()) {
        if (method.getParameterCount() == 1 && method.getName().startsWith("on")) {
          missing.remove(method.getParameterTypes()[0]);
        }
      }
    }
    return missing;
  }

  /** What a sealed interface permits. */
  public static List<Class<?>> permitted(Class<?> sealed) {
    return new ArrayList<>(Arrays.asList(sealed.getPermittedSubclasses()));
  }
}
