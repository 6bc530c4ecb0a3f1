package demofusion.protocol.prompt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bracketed groups of a prompt that depend on the step, found in one pass. A bracket that finds
 * no partner of its kind, or that holds colons or bars where none belong, is a letter, and so is
 * every bracket around it; groups inside and behind it stay what they are. Nothing is nested in
 * memory: a text is resolved by walking along the letters and jumping over those not wanted, so
 * that neither depth nor length matters.
 */
final class ScheduleGroups {
  private static final Pattern NUMBER =
      Pattern.compile("\\s*([+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?)\\s*");

  private final String prompt;
  private final Map<Integer, Group> opening = new HashMap<>(); // by its bracket's place
  private final Map<Integer, Group> leaving =
      new HashMap<>(); // by the place of what ends an option

  /** What is shown depends on the step. */
  private sealed interface Group {
    /** Behind the closing bracket. */
    int end();

    /** Where the text of this step begins; it runs to the next sign of the group. */
    int startAt(int step, int steps);
  }

  /**
   * {@code [before:after:when]}.
   *
   * @param isShare whether the number is a share of the steps
   */
  private record Scheduled(int before, int after, double when, boolean isShare, int end)
      implements Group {
    int lastStep(int steps) {
      return (int) Math.min(steps, isShare ? when * steps : when);
    }

    @Override
    public int startAt(int step, int steps) {
      return step <= lastStep(steps) ? before : after;
    }
  }

  /** {@code [a|b|c]}. */
  private record Alternate(List<Integer> options, int end) implements Group {
    @Override
    public int startAt(int step, int steps) {
      return options.get((step - 1) % options.size());
    }
  }

  /** A bracket whose partner has not come yet. */
  private static final class Open {
    final int place;
    final List<Integer> colons = new ArrayList<>();
    final List<Integer> bars = new ArrayList<>();
    int lastInner = -1; // closing bracket of the last group in it

    Open(int place) {
      this.place = place;
    }
  }

  private ScheduleGroups(String prompt) {
    this.prompt = prompt;
  }

  static ScheduleGroups of(String prompt) {
    ScheduleGroups groups = new ScheduleGroups(prompt);
    return groups.find() ? groups : new ScheduleGroups(prompt);
  }

  /**
   * @return false: a bar is outside of what it could part, so the prompt has no schedule at all
   */
  private boolean find() {
    Deque<Open> open = new ArrayDeque<>();
    for (int place = 0; place < prompt.length(); place++) {
      @Nullable Open innermost = open.peek();
      switch (prompt.charAt(place)) {
        case '\\' -> place++; // the sign behind it is a letter
        case '(', '[' -> open.push(new Open(place));
        case ':' -> {
          if (innermost != null) {
            innermost.colons.add(place);
          }
        }
        case '|' -> {
          if (innermost == null) {
            return false;
          }
          innermost.bars.add(place);
        }
        case ')', ']' -> {
          if (innermost != null && close(innermost, place)) {
            open.pop();
            if (!open.isEmpty()) {
              open.element().lastInner = place;
            }
          } else if (isWithoutBars(open)) {
            open.clear();
          } else {
            return false;
          }
        }
        default -> {}
      }
    }
    return isWithoutBars(open);
  }

  private static boolean isWithoutBars(Deque<Open> letters) {
    return letters.stream().allMatch(bracket -> bracket.bars.isEmpty());
  }

  /**
   * @return whether the bracket at this place makes a group with the open one
   */
  private boolean close(Open open, int place) {
    boolean isRound = prompt.charAt(open.place) == '(';
    if (isRound != (prompt.charAt(place) == ')')) {
      return false;
    }
    int colons = open.colons.size();
    if (!open.bars.isEmpty()) {
      return !isRound && colons == 0 && alternate(open, place);
    }
    return colons == 0 || (isRound ? colons == 1 : colons <= 2 && scheduled(open, place));
  }

  private boolean alternate(Open open, int place) {
    List<Integer> options = new ArrayList<>();
    options.add(open.place + 1);
    open.bars.forEach(bar -> options.add(bar + 1));
    Group group = new Alternate(options, place + 1);
    opening.put(open.place, group);
    open.bars.forEach(bar -> leaving.put(bar, group));
    leaving.put(place, group);
    return true;
  }

  private boolean scheduled(Open open, int place) {
    int first = open.colons.get(0);
    int last = open.colons.get(open.colons.size() - 1);
    var number = NUMBER.matcher(prompt).region(last + 1, place);
    if (open.lastInner > last || !number.matches()) {
      return false;
    }
    String when = number.group(1);
    boolean hasBefore = first < last;
    // without a first text nothing is shown before: the walk begins where the last text ends
    Group group =
        new Scheduled(
            hasBefore ? open.place + 1 : last,
            hasBefore ? first + 1 : open.place + 1,
            Double.parseDouble(when),
            when.contains("."),
            place + 1);
    opening.put(open.place, group);
    leaving.put(first, group);
    leaving.put(last, group);
    return true;
  }

  /** After which steps the text may change, in order; the last is the number of steps. */
  Iterable<Integer> ends(int steps) {
    TreeSet<Integer> ends = new TreeSet<>();
    ends.add(steps);
    for (Group group : opening.values()) {
      if (group instanceof Scheduled scheduled && scheduled.lastStep(steps) >= 1) {
        ends.add(scheduled.lastStep(steps));
      } else if (group instanceof Alternate) {
        for (int step = 1; step <= steps; step++) {
          ends.add(step);
        }
        break; // all there are
      }
    }
    return ends;
  }

  /**
   * The prompt as it is drawn in a step.
   *
   * @param step from 1
   */
  String textAt(int step, int steps) {
    StringBuilder text = new StringBuilder(prompt.length());
    for (int place = 0; place < prompt.length(); ) {
      Group left = leaving.get(place);
      Group entered = opening.get(place);
      if (left != null) {
        place = left.end();
      } else if (entered != null) {
        place = entered.startAt(step, steps);
      } else {
        text.append(prompt.charAt(place++));
      }
    }
    return text.toString();
  }
}
