package demofusion.coordinator.http.body;

import demofusion.coordinator.http.body.HttpLimits.Arrival;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Passes a body on, and fails where it arrives slower than any line is: a connection must not be
 * held with a byte now and then.
 */
final class MinimumRate extends GraphStage<FlowShape<ByteString, ByteString>> {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Arrival arrival;
  private final Inlet<ByteString> in = Inlet.create("MinimumRate.in");
  private final Outlet<ByteString> out = Outlet.create("MinimumRate.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  MinimumRate(Arrival arrival) {
    this.arrival = arrival;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inherited) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private long began;
    private long received;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              ByteString bytes = grab(in);
              received += bytes.size();
              push(out, bytes);
            }

            @Override
            public void onPull() {
              pull(in);
            }
          });
    }

    @Override
    public void preStart() {
      began = System.nanoTime();
      scheduleWithFixedDelay("look", LOOK, LOOK);
    }

    @Override
    public void onTimer(Object key) {
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      if (taken.compareTo(arrival.allowed(received)) > 0) {
        failStage(
            ApiException.with(
                StatusCodes.REQUEST_TIMEOUT,
                ("the body arrives too slowly, %s bytes in %s s; it must be at least %s bytes a"
                        + " second")
                    .formatted(received, taken.toSeconds(), arrival.bytesPerSecond())));
      }
    }
  }
}
