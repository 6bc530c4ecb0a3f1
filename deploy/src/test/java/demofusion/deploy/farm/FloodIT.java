package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that nobody needs, more of them than a process may have files open. */
class FloodIT {
  private static final int HANDLES = 360;

  @TempDir Path folder;

  @Test
  void continuesDrawing_whenConnectionsTakeAllTheyCanGet() throws Exception {
    try (FarmProcesses farm = new FarmProcesses(folder, "flood")) {
      FarmNode coordinator = farm.coordinatorWith(HANDLES);
      farm.worker("one", "millis=20");
      FarmApi api = farm.api();
      api.awaitWorker("one", "ready");
      String job = api.submit(Map.of("prompt", "a fox", "size", "128x128", "steps", 40, "seed", 3));

      List<Socket> flood = connections(URI.create(farm.url()), HANDLES);
      Map<String, String> bits = awaitBits(api, job);

      assertThat(bits).isEqualTo(RenderedAlone.bits(api.folder(job), folder.resolve("alone")));
      assertThat(coordinator.log()).noneMatch(line -> line.contains("Too many open files"));
      for (Socket each : flood) {
        each.close();
      }
      api.awaitWorker("one", "ready");
    }
  }

  private static List<Socket> connections(URI server, int count) throws IOException {
    List<Socket> all = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
      all.add(socket);
    }
    return all;
  }

  /** As its folder says, since the API is kept busy. */
  private static Map<String, String> awaitBits(FarmApi api, String job) throws IOException {
    Path picture = api.folder(job).resolve("image.png");
    Await.until("there is a picture", Await.LONG, () -> picture.toFile().exists(), () -> "");
    return FarmApi.bits(api.folder(job));
  }
}
