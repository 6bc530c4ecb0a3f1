package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.node.RemotingNotices.NoWayBack;
import demofusion.deploy.node.RemotingNotices.OtherName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as remoting wrote them; FarmAddressesIT has it write them anew. */
class RemotingNoticesTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:39395, LOCALHOST:25700",
    "[::1]:39395, [0:0::1]:25700",
    "render-box.lan:1, 10.0.0.1:25520"
  })
  void readsWhoCallsThisNodeByAnotherName(String from, String called) {
    String line =
        "Dropping Handshake Request from [pekko://demofusion@"
            + from
            + "#-8376419632467669414] addressed to unknown local address [pekko://demofusion@"
            + called
            + "]. Local address is [pekko://demofusion@127.0.0.1:25700]. Check that the sending"
            + " system uses the same address to contact recipient system as defined in the"
            + " 'pekko.remote.artery.canonical.hostname' of the recipient system. The name of the"
            + " ActorSystem must also match.";

    assertThat(OtherName.in(line))
        .contains(new OtherName("pekko://demofusion@" + from, "pekko://demofusion@" + called));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:25711, java.net.ConnectException: Connection refused, connection refused",
    "[::1]:25711, java.net.ConnectException: Connection refused, connection refused",
    "10.77.0.9:25520, connect timeout of Some(5000 milliseconds) expired, no answer"
  })
  void readsWhoCannotBeReached(String address, String cause, String reason) {
    String line =
        "[outbound connection to [pekko://demofusion@"
            + address
            + "], control stream] Upstream failed, cause: StreamTcpException: Tcp command"
            + " [Connect(some/<unresolved>:25711,None,List(),Some(5000 milliseconds),true)] failed"
            + " because of "
            + cause;

    assertThat(NoWayBack.in(line)).contains(new NoWayBack("pekko://demofusion@" + address, reason));
  }

  @Test
  void readsNothingElse() {
    assertThat(OtherName.in("Dropping Handshake Request from somebody")).isEmpty();
    assertThat(NoWayBack.in("Upstream failed, cause: it")).isEmpty();
  }
}
