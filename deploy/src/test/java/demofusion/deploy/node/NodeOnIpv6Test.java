package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import demofusion.deploy.config.NodeAddress;
import demofusion.protocol.wire.WireMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Test;

class NodeOnIpv6Test {
  @Test
  void isFoundWhereItListens_underTheNameThatItGivesItself() {
    assumeTrue(hasIpv6(), "this machine has no IPv6");
    NodeAddress bound = NodeAddress.parse("--bind", "[0:0:0:0:0:0:0:1]:0");
    ActorSystem<Void> system =
        FarmSystem.start(
            Behaviors.empty(),
            FarmSystem.COORDINATOR,
            new ListeningAddress(bound, bound),
            ConfigFactory.empty(),
            new WireMetrics(new CollectorRegistry()));
    try {
      NodeAddress found = FarmSystem.address(system);

      assertThat(found.host()).isEqualTo("::1");
      assertThat(found).hasToString("[::1]:" + found.port());
      assertThat(FarmSystem.address(found)).isEqualTo(Cluster.get(system).selfMember().address());
    } finally {
      system.terminate();
      FarmSystem.awaitEnd(system, Duration.ofSeconds(30));
    }
  }

  private static boolean hasIpv6() {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
