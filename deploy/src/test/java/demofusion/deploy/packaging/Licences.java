package demofusion.deploy.packaging;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said of licences, against what ships: the generated list of jars, {@code
 * THIRD-PARTY.txt}, and {@code debian/copyright}, which is written by hand in Debian's format
 * (DEP-5).
 */
final class Licences {
  /** Under these we may hand it on with our own code; plain GPL is not among them. */
  private static final Set<String> ACCEPTED =
      Set.of(
          "Apache-2.0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "EPL-1.0",
          "GPL-3.0-or-later with GCC-exception-3.1",
          "Intel-Simplified",
          "MIT",
          "MIT-0");

  /** A jar that does not ship as one: its files lie in lib/native. */
  private static final String UNPACKED = "pytorch-native-cpu-";

  private static final String UNPACKED_FILE = "lib/native/libtorch_cpu.so";
  private static final Pattern ENTRY = Pattern.compile("(?m)^(\\S+) \\(\\S+\\): (.+)$");

  private final Collection<String> shipped;
  private final Map<String, String> entries = new LinkedHashMap<>();
  private final Map<String, String> stanzas = new LinkedHashMap<>();
  private final Set<String> texts;
  private final List<String> complaints = new ArrayList<>();

  private Licences(Collection<String> shipped, String thirdParty, String copyright) {
    this.shipped = shipped;
    ENTRY.matcher(thirdParty).results().forEach(it -> entries.put(it.group(1), it.group(2)));
    List<Map<String, String>> paragraphs =
        Stream.of(copyright.split("\n\n", -1)).map(Licences::fields).toList();
    for (Map<String, String> paragraph : paragraphs) {
      String files = paragraph.get("Files");
      if (files != null) {
        String licence = paragraph.getOrDefault("License", "").strip();
        Stream.of(files.strip().split("\\s+")).forEach(glob -> stanzas.put(glob, licence));
      }
    }
    this.texts =
        paragraphs.stream()
            .filter(it -> !it.containsKey("Files"))
            .map(it -> it.getOrDefault("License", ""))
            .filter(it -> it.contains("\n"))
            .map(it -> it.lines().findFirst().orElse("").strip())
            .collect(Collectors.toSet());
  }

  /**
   * What is not so, a sentence each.
   *
   * @param shipped files of the distribution's {@code lib}, as {@code lib/name.jar}
   */
  static List<String> complaints(Collection<String> shipped, String thirdParty, String copyright) {
    Licences licences = new Licences(shipped, thirdParty, copyright);
    shipped.forEach(licences::look);
    licences.entries.keySet().forEach(licences::lookWhetherItShips);
    licences.stanzas.forEach(licences::lookAtStanza);
    return licences.complaints;
  }

  private void look(String file) {
    Optional<String> stanza =
        stanzas.keySet().stream()
            .filter(glob -> !glob.equals("*") && matches(glob, file))
            .findAny();
    if (file.startsWith("lib/demofusion-")) {
      return; // ours
    }
    if (stanza.isEmpty()) {
      complaints.add(file + " is not in debian/copyright");
      return;
    }
    String licence = Objects.requireNonNull(stanzas.get(stanza.get()));
    if (!isAccepted(licence)) {
      complaints.add(file + " is under " + licence + ", which is not accepted");
    }
    if (file.endsWith(".jar") || file.equals(UNPACKED_FILE)) {
      Optional<String> listed =
          entries.keySet().stream().filter(it -> isOf(it, file)).map(entries::get).findAny();
      if (listed.isEmpty()) {
        complaints.add(file + " is not in THIRD-PARTY.txt");
      } else if (!listed.get().equals(licence)) {
        complaints.add(
            file + " is under " + listed.get() + ", and debian/copyright says " + licence);
      }
    }
  }

  private void lookWhetherItShips(String entry) {
    if (shipped.stream().noneMatch(file -> isOf(entry, file))) {
      complaints.add("THIRD-PARTY.txt names " + entry + ", which does not ship");
    }
  }

  private void lookAtStanza(String glob, String licence) {
    if (shipped.stream().noneMatch(file -> matches(glob, file))) {
      complaints.add("debian/copyright names " + glob + ", which does not ship");
    }
    for (String name : licence.split(" (or|and) ", -1)) {
      if (!texts.contains(name)) {
        complaints.add("debian/copyright has no text of " + name);
      }
    }
  }

  /** A jar may have a classifier after its version. */
  private static boolean isOf(String entry, String file) {
    if (entry.startsWith(UNPACKED)) {
      return file.equals(UNPACKED_FILE);
    }
    return file.equals("lib/" + entry + ".jar") || file.startsWith("lib/" + entry + "-");
  }

  private static boolean isAccepted(String licence) {
    return Stream.of(licence.split(" or ", -1))
        .anyMatch(choice -> ACCEPTED.containsAll(List.of(choice.split(" and ", -1))));
  }

  private static boolean matches(String glob, String file) {
    return Pattern.matches(Pattern.quote(glob).replace("*", "\\E.*\\Q"), file);
  }

  /** A paragraph's fields, with the lines that belong to them. */
  private static Map<String, String> fields(String paragraph) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher =
        Pattern.compile("(?m)^([A-Z][A-Za-z-]*):((?:.*)(?:\n[ \t].*)*)").matcher(paragraph);
    while (matcher.find()) {
      fields.put(matcher.group(1), matcher.group(2));
    }
    return fields;
  }
}
