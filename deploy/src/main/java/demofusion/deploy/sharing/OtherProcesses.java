package demofusion.deploy.sharing;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Another program computes on the card, as nvidia-smi lists it. Programs that only draw on the
 * screen are not in that list. Where the driver does not answer the card counts as wanted.
 *
 * @param nvidiaSmi the program that asks
 * @param card its number for all programs, GPU-…
 * @param own processes that are no others
 */
record OtherProcesses(String nvidiaSmi, String card, Set<Long> own, Duration patience)
    implements CardOwner {
  @Override
  public Optional<String> wants(Instant now) {
    try {
      return other();
    } catch (IOException e) {
      return Optional.of("the card cannot be asked: " + e.getMessage());
    }
  }

  /**
   * The first of them; empty: there is none.
   *
   * @throws IOException in words, if the driver cannot be asked
   */
  Optional<String> other() throws IOException {
    List<String> lines =
        CommandOutput.of(
                List.of(
                    nvidiaSmi,
                    "--query-compute-apps=gpu_uuid,pid,process_name",
                    "--format=csv,noheader"),
                patience)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    for (String line : lines) {
      String[] words = line.split(",", 3);
      if (words.length < 2 || !words[1].strip().matches("\\d{1,18}")) {
        throw new IOException(nvidiaSmi + " answers \"" + line.strip() + "\"");
      }
      long process = Long.parseLong(words[1].strip());
      if (words[0].strip().equals(card) && !own.contains(process)) {
        String name = words.length > 2 ? words[2].strip() : "";
        return Optional.of("process %d is on the card: %s".formatted(process, name));
      }
    }
    return Optional.empty();
  }
}
