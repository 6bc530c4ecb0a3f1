package demofusion.deploy.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two sites with a worker each that reach the coordinator, and not each other, as networks of this
 * machine:
 *
 * <pre>
 *   worker 1 ── 10.78.1.0/30 ── coordinator (10.78.0.1) ── 10.78.2.0/30 ── worker 2
 * </pre>
 */
final class TwoSites implements AutoCloseable {
  static final String COORDINATOR = "10.78.0.1";

  private final String prefix = "df" + ProcessHandle.current().pid() % 10_000;

  TwoSites() throws IOException, InterruptedException {
    add("c");
    run("ip netns exec " + name("c") + " ip addr add " + COORDINATOR + "/32 dev lo");
    for (int site = 1; site <= 2; site++) {
      String here = name("c") + site;
      String there = name("w") + site;
      String inC = "ip netns exec " + name("c") + " ip ";
      String inW = "ip netns exec " + name("w" + site) + " ip ";
      add("w" + site);
      run("ip link add " + here + " type veth peer name " + there);
      run("ip link set " + here + " netns " + name("c"));
      run("ip link set " + there + " netns " + name("w" + site));
      run(inC + "addr add 10.78." + site + ".1/30 dev " + here);
      run(inC + "link set " + here + " up");
      run(inW + "addr add " + address(site) + "/30 dev " + there);
      run(inW + "link set " + there + " up");
      run(inW + "route add " + COORDINATOR + "/32 via 10.78." + site + ".1");
      run(inW + "route add blackhole 10.78." + (3 - site) + ".0/30");
    }
  }

  /** Whether this machine lets us make networks. */
  static boolean arePossible() throws IOException, InterruptedException {
    String probe = "df-probe-" + ProcessHandle.current().pid();
    if (!Files.isExecutable(Path.of("/usr/sbin/ip")) && !Files.isExecutable(Path.of("/sbin/ip"))) {
      return false;
    }
    return exit("ip netns add " + probe) == 0
        && exit("ip netns exec " + probe + " ip link set lo up") == 0
        && exit("ip netns del " + probe) == 0;
  }

  static String address(int site) {
    return "10.78." + site + ".2";
  }

  /** What a process in the coordinator's network is started by. */
  List<String> coordinator() {
    return List.of("ip", "netns", "exec", name("c"));
  }

  /** What a process in a worker's network is started by. */
  List<String> worker(int site) {
    return List.of("ip", "netns", "exec", name("w" + site));
  }

  private String name(String which) {
    return prefix + which;
  }

  private void add(String which) throws IOException, InterruptedException {
    run("ip netns add " + name(which));
    run("ip netns exec " + name(which) + " ip link set lo up");
  }

  private static void run(String line) throws IOException, InterruptedException {
    int exit = exit(line);
    if (exit != 0) {
      throw new IOException(line + " ended with " + exit);
    }
  }

  private static int exit(String line) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin"));
    command.addAll(List.of(line.split(" ")));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
  }

  @Override
  public void close() throws IOException {
    try {
      for (String which : List.of("w1", "w2", "c")) {
        exit("ip netns del " + name(which));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
