package demofusion.coordinator.auditlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that is written to and older ones beside it: {@code audit.jsonl}, {@code audit.1.jsonl},
 * {@code audit.2.jsonl} and so on, the higher the older.
 *
 * @param current the one that is written to
 * @param older how many are kept besides it, from 1
 */
record RotatedFiles(Path current, int older) {
  private static final String ENDING = ".jsonl";

  Path older(int number) {
    String name = current.getFileName().toString();
    String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    return current.resolveSibling(stem + "." + number + ENDING);
  }

  /** Those that are there, the newest first. */
  List<Path> newestFirst() {
    List<Path> there = new ArrayList<>();
    there.add(current);
    for (int number = 1; number <= older; number++) {
      there.add(older(number));
    }
    return there.stream().filter(Files::isRegularFile).toList();
  }

  /** Makes every file one older; the oldest goes if there is no room for it. */
  void rotate() throws IOException {
    int free = 1;
    // A process that died in between has left a gap, into which the newer ones move.
    while (free < older && Files.exists(older(free))) {
      free++;
    }
    for (int number = free; number >= 1; number--) {
      Path newer = number == 1 ? current : older(number - 1);
      Files.move(
          newer,
          older(number),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
