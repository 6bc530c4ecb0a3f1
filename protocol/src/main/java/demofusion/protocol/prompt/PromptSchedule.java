package demofusion.protocol.prompt;

import java.util.ArrayList;
import java.util.List;

/**
 * A prompt that changes while a picture is drawn (docs/prompts.md §1): {@code [from:to:when]} and
 * {@code [a|b]} resolved to one text for each stretch of steps.
 *
 * @param entries in the order of their ends, the last of which is the number of steps
 */
public record PromptSchedule(List<Entry> entries) {
  /**
   * A text and the step up to which it is drawn.
   *
   * @param end counted from 1
   */
  public record Entry(int end, String text) {}

  public PromptSchedule {
    entries = List.copyOf(entries);
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("a schedule of prompts must have an entry");
    }
  }

  /**
   * Any text at all: what is no schedule is drawn as it is.
   *
   * @param steps timesteps of a phase
   */
  public static PromptSchedule of(String prompt, int steps) {
    ScheduleGroups groups = ScheduleGroups.of(prompt);
    List<Entry> entries = new ArrayList<>();
    for (int end : groups.ends(steps)) {
      entries.add(new Entry(end, groups.textAt(end, steps)));
    }
    return new PromptSchedule(entries);
  }

  /** A text that does not change. */
  public static PromptSchedule constant(String prompt, int steps) {
    return new PromptSchedule(List.of(new Entry(steps, prompt)));
  }

  /**
   * The text of a step, by its index in the whole schedule of a phase. The first entry whose end is
   * not below the index counted from 0, so that a text is drawn in one step more than it says:
   * A1111's quirk, which pictures depend on.
   */
  public String textAt(int step) {
    for (Entry entry : entries) {
      if (entry.end() >= step) {
        return entry.text();
      }
    }
    return entries.get(entries.size() - 1).text();
  }
}
