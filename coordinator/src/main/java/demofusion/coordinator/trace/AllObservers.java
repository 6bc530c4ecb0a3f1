package demofusion.coordinator.trace;

import demofusion.coordinator.render.FarmObserver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several observers as one. It passes on whatever there is to observe, also what is added after
 * this was written: an observer that nobody tells has no way to notice.
 */
public final class AllObservers {
  private AllObservers() {}

  /** All of them, told in this order. */
  public static FarmObserver of(FarmObserver... observers) {
    List<FarmObserver> all = List.of(observers);
    return (FarmObserver)
        Proxy.newProxyInstance(
            FarmObserver.class.getClassLoader(),
            new Class<?>[] {FarmObserver.class},
            (proxy, method, arguments) -> tell(all, method, arguments));
  }

  private static @Nullable Object tell(
      List<FarmObserver> all, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(all, arguments);
    }
    try {
      for (FarmObserver each : all) {
        method.invoke(each, arguments);
      }
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    return null;
  }
}
