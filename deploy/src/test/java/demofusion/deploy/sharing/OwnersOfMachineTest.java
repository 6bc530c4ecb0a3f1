package demofusion.deploy.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import demofusion.worker.nvml.Gpu;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who uses this machine, by stand-ins of the programs that know it, with their answers. */
@Timeout(60)
class OwnersOfMachineTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final String CARD = "GPU-5f1c";
  private static final long OWN = ProcessHandle.current().pid();
  private static final String SESSION =
      "Id=%s\nName=%s\nType=%s\nClass=%s\nState=%s\nRemote=%s\nIdleHint=%s\nLockedHint=%s\n";

  @TempDir Path folder;
  private Machine machine = Machine.real();

  @BeforeEach
  void standIns() throws IOException {
    machine =
        new Machine(
            program("loginctl", "cat '%s/answer-'$(echo \"$@\" | tr -d ' ' | cut -c1-24)"),
            program("busctl", "cat '%s/shutdown'"),
            program("systemd-inhibit", "echo $$ > '%s/lock'; exec cat"),
            program("nvidia-smi", "cat '%s/apps'"),
            Machine.ALL_PROCESSES,
            number -> Optional.of(new Gpu.Identity(CARD, "", "card", "580")));
  }

  private String program(String name, String words) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + words.formatted(folder) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  private void answer(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private CardOwner yieldTo(String who, String device) {
    return CardOwners.of(settings(who, device), ZoneOffset.UTC, machine).orElseThrow();
  }

  private static Settings settings(String who, String device) {
    return Settings.read(Map.of(Setting.YIELD_TO, who, Setting.DEVICE, device), Map.of(), null);
  }

  private void sessions(String... all) throws IOException {
    StringBuilder list = new StringBuilder();
    for (int n = 0; n < all.length; n++) {
      list.append("%7d 1000 ann seat0 tty2\n".formatted(n + 2));
    }
    answer("answer---no-legend--no-pagerlis", list.toString());
    answer("answer---no-pagershow-session--", String.join("\n", all));
  }

  @ParameterizedTest
  @CsvSource({
    "wayland, user, active, no, no, no, true",
    "x11, user, active, no, no, no, true",
    "x11, user-early, active, no, no, no, true",
    "wayland, user, active, no, yes, no, false",
    "wayland, user, active, no, no, yes, false",
    "wayland, user, online, no, no, no, false",
    "wayland, user, active, yes, no, no, false",
    "wayland, greeter, active, no, no, no, false",
    "tty, user, active, no, no, no, false"
  })
  void yieldsToWhoSitsAtTheDesktop(
      String type,
      String kind,
      String state,
      String remote,
      String idle,
      String locked,
      boolean isUsed)
      throws Exception {
    sessions(
        SESSION.formatted("2", "root", "tty", "user", "active", "yes", "no", "no"),
        SESSION.formatted("3", "ann", type, kind, state, remote, idle, locked));

    Optional<String> reason = yieldTo("desktop", "cpu").wants(NOW);

    assertThat(reason)
        .isEqualTo(isUsed ? Optional.of("ann is at the desktop (session 3)") : Optional.empty());
  }

  @Test
  void yieldsToNobody_whereNobodyIsLoggedIn_andToTheOwner_whenLogindIsGone() throws Exception {
    sessions();
    CardOwner desktop = yieldTo("desktop", "cpu");
    assertThat(desktop.wants(NOW)).isEmpty();

    Files.delete(folder.resolve("answer---no-legend--no-pagerlis"));
    assertThat(desktop.wants(NOW).orElse(""))
        .contains("systemd-logind cannot be asked", "loginctl");
  }

  @Test
  void refusesTheDesktopByName_whereThereIsNoLogind() {
    assertThatThrownBy(() -> yieldTo("desktop", "cpu"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--yield-to desktop asks systemd-logind, which does not answer");
  }

  @Test
  void yieldsToAnotherProgramOnTheCard_andNotToItselfOrWhatIsOnOtherCards() throws Exception {
    answer("apps", "");
    CardOwner gpu = yieldTo("gpu", "cuda:1");
    assertThat(gpu.wants(NOW)).isEmpty();

    answer("apps", "%s, %d, java\nGPU-77, 12, blender\n".formatted(CARD, OWN));
    assertThat(gpu.wants(NOW)).isEmpty();
    answer("apps", "%s, %d, java\n%s, 34, /opt/blender, 4.2\n".formatted(CARD, OWN, CARD));
    assertThat(gpu.wants(NOW)).contains("process 34 is on the card: /opt/blender, 4.2");
    answer("apps", "Failed to initialize NVML\n");
    assertThat(gpu.wants(NOW).orElse("")).contains("the card cannot be asked");
  }

  @Test
  void refusesTheGpuByName_whereItCannotBeTold() throws Exception {
    assertRefused("cpu", machine, "the device is cpu");
    assertRefused("cuda:0", machine, "asks nvidia-smi, which does not answer");
    answer("apps", "");
    assertRefused("cuda", with("pid:[4026532001]", machine.gpu()), "in a container");
    assertRefused(
        "cuda:3", with(Machine.ALL_PROCESSES, n -> Optional.empty()), "no NVIDIA card cuda:3");
    assertRefused(
        "cuda:0",
        with(
            Machine.ALL_PROCESSES,
            n -> Optional.of(new Gpu.Identity(CARD, "MIG-9", "card", "580"))),
        "MIG-9");
  }

  private Machine with(String namespace, IntFunction<Optional<Gpu.Identity>> gpu) {
    return new Machine(
        machine.loginctl(),
        machine.busctl(),
        machine.inhibit(),
        machine.nvidiaSmi(),
        namespace,
        gpu);
  }

  private static void assertRefused(String device, Machine machine, String sentence) {
    assertThatThrownBy(() -> CardOwners.of(settings("gpu", device), ZoneOffset.UTC, machine))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--yield-to gpu")
        .hasMessageContaining(sentence);
  }

  @Test
  void leavesWhenTheMachineShutsDown_whichItDelaysMeanwhile() throws Exception {
    assertThatThrownBy(() -> LeaveNotices.notice("shutdown", "--leave-on", machine))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--leave-on shutdown asks systemd-logind");
    answer("shutdown", "b false\n");

    LeaveNotice notice = LeaveNotices.notice("shutdown", "--leave-on", machine);

    assertThat(notice.given()).isEmpty();
    answer("shutdown", "b true\n");
    assertThat(notice.given()).contains("systemd: this machine shuts down");
    ProcessHandle lock = lock();
    assertThat(lock.isAlive()).isTrue();
    lock.destroy();
    lock.onExit().get(30, TimeUnit.SECONDS);
    Files.delete(folder.resolve("shutdown"));
    assertThat(notice.given()).isEmpty();
  }

  private ProcessHandle lock() throws Exception {
    Path file = folder.resolve("lock");
    while (!Files.exists(file) || Files.readString(file).isBlank()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();
  }

  @Test
  void pausesAtItsTerminal_andGoesOn_andReadsNothingInTheBackground() throws Exception {
    List<String> said = new ArrayList<>();
    AtomicBoolean isInForeground = new AtomicBoolean();
    TerminalPause pause =
        new TerminalPause(
            new ByteArrayInputStream("\np\nwhat\n P \np".getBytes(StandardCharsets.UTF_8)) {
              @Override
              public synchronized int available() {
                // One line at a time, as a terminal has it.
                int end = pos;
                while (end < count && buf[end] != '\n') {
                  end++;
                }
                return end < count ? end + 1 - pos : 0;
              }
            },
            isInForeground::get,
            said::add);

    pause.look();
    assertThat(said).isEmpty();
    isInForeground.set(true);
    pause.look();

    assertThat(said).hasSize(3);
    assertThat(said.get(0)).startsWith("paused");
    assertThat(said.get(1)).startsWith("only p and Enter");
    assertThat(said.get(2)).contains("joins again");
    assertThat(pause.wants(NOW)).isEmpty();
  }

  @Test
  void wantsTheCard_whilePausedAtItsTerminal() throws Exception {
    TerminalPause pause =
        new TerminalPause(
            new ByteArrayInputStream("p\n".getBytes(StandardCharsets.UTF_8)),
            () -> true,
            said -> {});
    pause.look();
    assertThat(pause.wants(NOW)).contains("paused at its terminal");
  }

  @ParameterizedTest
  @CsvSource({
    "12 (java) S 1 12 10 34816 12 4194304, true",
    "12 (a b) c) S 1 12 10 34816 10 4194304, false",
    "12 (java) S 1 12 10 0 -1 4194304, false",
    "12 (java), false"
  })
  void knowsWhoIsInTheForeground(String stat, boolean isSo) throws Exception {
    answer("stat", stat);
    assertThat(TerminalPause.isInForeground(folder.resolve("stat"))).isEqualTo(isSo);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/pts/3", "/dev/tty1", "/dev/console"})
  void knowsATerminal(String device) throws Exception {
    assertThat(isTerminal(device)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/null", "pipe:[123]", "/tmp/dev/pts/3", "socket:[5]"})
  void knowsWhatIsNone(String other) throws Exception {
    assertThat(isTerminal(other)).isFalse();
    assertThat(TerminalPause.isTerminal(folder.resolve("nowhere"))).isFalse();
  }

  private boolean isTerminal(String target) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("stdin"), Path.of(target));
    boolean isOne = TerminalPause.isTerminal(link);
    Files.delete(link);
    return isOne;
  }
}
