package demofusion.coordinator.http.files;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/** So many bytes of a stream, and then its end. */
final class FirstBytes extends GraphStage<FlowShape<ByteString, ByteString>> {
  private final long count;
  private final Inlet<ByteString> in = Inlet.create("FirstBytes.in");
  private final Outlet<ByteString> out = Outlet.create("FirstBytes.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  FirstBytes(long count) {
    this.count = count;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inherited) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private long left = count;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              ByteString bytes = grab(in);
              ByteString wanted = bytes.take((int) Math.min(left, bytes.size()));
              left -= wanted.size();
              push(out, wanted);
              if (left == 0) {
                completeStage();
              }
            }

            @Override
            public void onPull() {
              pull(in);
            }
          });
    }
  }
}
