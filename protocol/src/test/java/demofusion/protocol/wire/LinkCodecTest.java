package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import io.prometheus.client.CollectorRegistry;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LinkCodecTest {
  private static final WireFixture FIXTURE = new WireFixture();

  private static final ActorRef<Object> PEER = FIXTURE.peer();
  private final LinkCodec codec = new LinkCodec(PEER, new WireMetrics(new CollectorRegistry()));

  @AfterAll
  static void stopActors() {
    FIXTURE.close();
  }

  @Test
  void meansThePeer_byWhateverReferenceArrives_andSendsNoPath() throws Exception {
    for (Object message : FIXTURE.messages()) {
      byte[] bytes = codec.write(message);
      Object read = codec.read(bytes);

      assertThat(read).hasSameClassAs(message);
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("pekko://");
      if (read instanceof Perform perform) {
        assertThat(perform.replyTo()).isSameAs(PEER);
      }
      if (read instanceof Heartbeat heartbeat) {
        assertThat(heartbeat.worker()).isSameAs(PEER);
        assertThat(heartbeat.replyTo()).isSameAs(PEER);
      }
    }
  }

  @Test
  void refusesWhatIsNoMessage() {
    assertRefused(new byte[0], "0 bytes are no message");
    assertRefused(new byte[] {5, 'x'}, "2 bytes are no message");
    assertRefused(new byte[] {2, '9', '9', 20}, "wire version 99, this node speaks");
    assertRefused(new byte[] {-1}, "1 bytes are no message");
  }

  private void assertRefused(byte[] bytes, String sentence) {
    assertThatThrownBy(() -> codec.read(bytes))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(sentence);
  }
}
