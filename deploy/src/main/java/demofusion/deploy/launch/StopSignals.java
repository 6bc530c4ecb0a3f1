package demofusion.deploy.launch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How a node is told to end: SIGTERM, or SIGINT from a terminal. The first asks it to finish; the
 * second, of either, has its usual effect and ends the process at once.
 *
 * <p>A shutdown hook cannot do that: the JVM would end with 143 whatever the hook had finished. The
 * JDK's own way to handle signals is outside the Java SE API, hence called by name.
 */
public final class StopSignals {
  /** Which signal it was. */
  public enum Kind {
    TERM,
    INT
  }

  private final Runnable stop;
  private final AtomicReference<@Nullable Kind> first = new AtomicReference<>();

  private StopSignals(Runnable stop) {
    this.stop = stop;
  }

  /**
   * From now on.
   *
   * @param stop is called once, on a thread of its own
   */
  public static StopSignals handle(Runnable stop) {
    StopSignals signals = new StopSignals(stop);
    signals.install(Kind.TERM);
    signals.install(Kind.INT);
    return signals;
  }

  /** Leaves what a terminal says to whoever started this process, and gets it as well. */
  public static void ignoreTerminal() {
    set(Kind.INT, "SIG_IGN");
  }

  /** The first that came; null if none did. */
  public @Nullable Kind first() {
    return first.get();
  }

  private void install(Kind kind) {
    try {
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> onSignal(kind));
      handle(kind, handlers, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM has no signals", e);
    }
  }

  private @Nullable Object onSignal(Kind kind) {
    if (first.compareAndSet(null, kind)) {
      set(Kind.TERM, "SIG_DFL");
      set(Kind.INT, "SIG_DFL");
      stop.run();
    }
    return null;
  }

  private static void set(Kind kind, String disposition) {
    try {
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      handle(kind, handlers, handlers.getField(disposition).get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM has no signals", e);
    }
  }

  private static void handle(Kind kind, Class<?> handlers, Object handler)
      throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Method handle = signals.getMethod("handle", signals, handlers);
    try {
      handle.invoke(null, signals.getConstructor(String.class).newInstance(kind.name()), handler);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw e; // else: the JVM was told to leave this signal alone (-Xrs)
      }
    }
  }
}
