package demofusion.deploy.sharing;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import demofusion.worker.nvml.Gpu;
import demofusion.worker.when.WeeklyHours;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who comes before the farm, as the options of a worker say it. */
public final class CardOwners {
  private static final String DESKTOP = "desktop";
  private static final String GPU = "gpu";
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");
  private static final String FILE = "file:";
  private static final String COMMAND = "command:";
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private CardOwners() {}

  /**
   * All that {@code --when} and {@code --yield-to} name; empty if the card is the farm's, always.
   *
   * @param zone of the hours
   * @throws DemofusionException BAD_REQUEST, in one sentence, for what cannot be read
   */
  public static Optional<CardOwner> of(Settings settings, ZoneId zone) {
    return of(settings, zone, Machine.real());
  }

  static Optional<CardOwner> of(Settings settings, ZoneId zone, Machine machine) {
    List<CardOwner> owners = new ArrayList<>();
    settings
        .find(Setting.WHEN)
        .ifPresent(text -> owners.add(new OwnersHours(WeeklyHours.parse(text), text, zone)));
    for (String text : settings.list(Setting.YIELD_TO)) {
      String option = settings.name(Setting.YIELD_TO);
      owners.add(
          switch (text) {
            case DESKTOP -> desktop(option, machine);
            case GPU -> gpu(option, settings.find(Setting.DEVICE).orElse("cuda:0"), machine);
            default -> owner(text, option);
          });
    }
    return owners.isEmpty() ? Optional.empty() : Optional.of(CardOwner.anyOf(owners));
  }

  private static CardOwner desktop(String option, Machine machine) {
    DesktopUse desktop = new DesktopUse(machine.loginctl(), Machine.PATIENCE);
    try {
      desktop.inUse();
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "%s desktop asks systemd-logind, which does not answer on this machine (%s): name a file or a command instead, file:PATH or command:WORDS"
              .formatted(option, e.getMessage()));
    }
    return desktop;
  }

  private static CardOwner gpu(String option, String device, Machine machine) {
    Matcher number = CUDA.matcher(device);
    if (!number.matches()) {
      throw DemofusionException.badRequest(
          "%s gpu looks for other programs on an NVIDIA card, and the device is %s: give --device cuda:0, or leave it out"
              .formatted(option, device));
    }
    if (!machine.seesAllProcesses()) {
      throw DemofusionException.badRequest(
          "%s gpu cannot tell this worker from other programs in a container, where processes have other numbers than for the card's driver: name a command instead, command:WORDS"
              .formatted(option));
    }
    int index = number.group(1) == null ? 0 : Integer.parseInt(number.group(1));
    Gpu.Identity card =
        machine
            .gpu()
            .apply(index)
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "%s gpu finds no NVIDIA card cuda:%d on this machine, or no driver that knows it: name a file or a command instead, file:PATH or command:WORDS"
                            .formatted(option, index)));
    if (!card.mig().isEmpty()) {
      throw DemofusionException.badRequest(
          "%s gpu looks at whole cards, and cuda:%d is a part of one, %s, which no other program uses: leave it out"
              .formatted(option, index, card.mig()));
    }
    OtherProcesses others =
        new OtherProcesses(
            machine.nvidiaSmi(),
            card.uuid(),
            Set.of(ProcessHandle.current().pid()),
            Machine.PATIENCE);
    try {
      others.other();
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "%s gpu asks nvidia-smi, which does not answer (%s): install it, or name a command instead, command:WORDS"
              .formatted(option, e.getMessage()));
    }
    return others;
  }

  private static CardOwner owner(String text, String option) {
    if (text.startsWith(FILE) && text.length() > FILE.length()) {
      return new BusyFile(Path.of(text.substring(FILE.length())));
    }
    if (text.startsWith(COMMAND) && !text.substring(COMMAND.length()).isBlank()) {
      return new BusyCommand(text.substring(COMMAND.length()), ANSWER);
    }
    throw DemofusionException.badRequest(
        "%s %s is none of desktop, gpu, file:PATH and command:WORDS: name a file that is there while the card is wanted, or a command that succeeds then"
            .formatted(option, text));
  }
}
