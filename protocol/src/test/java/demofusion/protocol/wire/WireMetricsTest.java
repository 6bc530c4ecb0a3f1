package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import io.prometheus.client.CollectorRegistry;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WireMetricsTest {
  private static final Withdraw MESSAGE = new Withdraw(new LeaseId(new JobId("castle.1"), 7, 0));

  private final CollectorRegistry registry = new CollectorRegistry();
  private final ActorSystem system =
      ActorSystem.create("counted", ActorSystemSetup.create(new WireMetrics(registry)));
  private final WireSerializer serializer = new WireSerializer((ExtendedActorSystem) system);

  @AfterEach
  void stop() {
    system.terminate();
  }

  @Test
  void countsMessagesAndTheirBytes_eachWay() throws NotSerializableException {
    ByteBuffer frame = ByteBuffer.allocate(1024);
    frame.position(100);

    int bytes = serializer.toBinary(MESSAGE).length;
    serializer.toBinary(MESSAGE, frame);
    frame.flip().position(100);
    serializer.fromBinary(frame, WireSerializer.VERSION);

    assertThat(value("sent_messages_total")).isEqualTo(2);
    assertThat(value("sent_bytes_total")).isEqualTo(2 * bytes);
    assertThat(value("received_messages_total")).isEqualTo(1);
    assertThat(value("received_bytes_total")).isEqualTo(bytes);
  }

  @Test
  void countsWhatIsRefused_bytesOfAnotherVersionToo() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {1, 2}, WireSerializer.VERSION))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> serializer.fromBinary(serializer.toBinary(MESSAGE), "0"))
        .isInstanceOf(NotSerializableException.class);

    assertThat(registry.getSampleValue("demofusion_wire_refused_messages_total")).isEqualTo(2);
    assertThat(value("received_messages_total")).isZero();
  }

  @Test
  void countsWhatDoesNotFit() {
    assertThatThrownBy(() -> serializer.toBinary(MESSAGE, ByteBuffer.allocate(3)))
        .isInstanceOf(BufferOverflowException.class);

    assertThat(registry.getSampleValue("demofusion_wire_oversized_messages_total")).isEqualTo(1);
    assertThat(value("sent_messages_total")).isZero();
  }

  private Double value(String name) {
    return registry.getSampleValue(
        "demofusion_wire_" + name, new String[] {"message"}, new String[] {"withdraw"});
  }
}
