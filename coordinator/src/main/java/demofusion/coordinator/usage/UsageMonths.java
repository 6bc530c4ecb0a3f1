package demofusion.coordinator.usage;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files that only grow, one of each month: {@code 2026-11.jsonl}. */
record UsageMonths(Path folder, JsonMapper json) {
  private static final Pattern NAME = Pattern.compile("\\d{4}-\\d{2}\\.jsonl");

  UsageMonths(Path folder) {
    this(folder, ApiJson.lenient());
  }

  /** The beginning of a file that is there: what is written later is not looked at. */
  record Part(Path file, long bytes) {}

  /** Writes a line, and returns when it is on disk. */
  void append(UsageFold fold) throws IOException {
    Path file = folder.resolve(YearMonth.from(fold.day()) + ".jsonl");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      boolean isTorn = size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
      ByteBuffer line =
          ByteBuffer.wrap(
              ((isTorn ? "\n" : "") + json.writeValueAsString(fold) + "\n")
                  .getBytes(StandardCharsets.UTF_8));
      try {
        channel.position(size);
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.truncate(size); // it will be written again
        throw e;
      }
    }
  }

  /**
   * @param since a day of the first month; null: all that are there
   * @return the oldest first
   */
  List<Part> parts(@Nullable LocalDate since) throws IOException {
    String first = since == null ? "" : YearMonth.from(since).toString();
    List<Part> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (NAME.matcher(name).matches() && name.compareTo(first) >= 0) {
          parts.add(new Part(file, Files.size(file)));
        }
      }
    }
    return parts;
  }

  /** What stands in it; half a line is passed over. */
  void read(Part part, Consumer<UsageFold> reader) throws IOException {
    try (FileChannel channel = FileChannel.open(part.file(), StandardOpenOption.READ);
        InputStream bytes = Channels.newInputStream(channel);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      long left = part.bytes();
      for (String line = lines.readLine(); line != null && left > 0; line = lines.readLine()) {
        left -= line.getBytes(StandardCharsets.UTF_8).length + 1L;
        UsageFold fold = fold(line);
        if (fold != null) {
          reader.accept(fold);
        }
      }
    }
  }

  private @Nullable UsageFold fold(String line) {
    try {
      return line.isBlank() ? null : json.readValue(line, UsageFold.class);
    } catch (IOException | RuntimeException e) {
      return null; // a process was killed while it wrote it
    }
  }

  /** The number of the last journal that is in here; 0: none. */
  long lastJournal() throws IOException {
    long[] last = {0};
    for (Part part : parts(null)) {
      read(part, fold -> last[0] = Math.max(last[0], fold.journal()));
    }
    return last[0];
  }
}
