package demofusion.deploy.node.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Connections to a socket whose program accepts none of them. */
@EnabledOnOs(OS.LINUX)
class ListenQueueTest {
  private static final int SHORT = 5;
  private static final int MANY = 50;
  private static final int PATIENCE_MILLIS = 300;

  private final List<Socket> connections = new ArrayList<>();
  private ServerSocket listening;

  @BeforeEach
  void listen() throws IOException {
    listening = new ServerSocket(0, SHORT, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listening.close();
    for (Socket each : connections) {
      each.close();
    }
  }

  @Test
  void holdsManyConnections_whereFewWereAskedFor() throws IOException {
    assertThat(ListenQueue.lengthen()).isPositive();

    for (int n = 0; n < MANY; n++) {
      assertThat(connects()).as("connection %d", n).isTrue();
    }
    assertThat(held()).isEqualTo(MANY);
  }

  /** Else the test above shows nothing. */
  @Test
  void holdsFewConnections_whereNothingWasDone() throws IOException {
    int there = 0;
    while (there < MANY && connects()) {
      there++;
    }

    assertThat(there).isLessThan(MANY);
  }

  private boolean connects() throws IOException {
    Socket socket = new Socket();
    connections.add(socket);
    try {
      socket.connect(listening.getLocalSocketAddress(), PATIENCE_MILLIS);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  /** Those that the system has for the program, by its own account: the column rx_queue. */
  private int held() throws IOException {
    String port =
        "%04X".formatted(((InetSocketAddress) listening.getLocalSocketAddress()).getPort());
    List<String> rows = new ArrayList<>();
    for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      if (Files.exists(Path.of(table))) {
        rows.addAll(Files.readAllLines(Path.of(table)));
      }
    }
    return rows.stream()
        .map(row -> row.strip().split("\\s+", -1))
        .filter(columns -> columns[1].endsWith(":" + port) && columns[3].equals("0A"))
        .mapToInt(columns -> Integer.parseInt(columns[4].substring(9), 16))
        .sum();
  }
}
